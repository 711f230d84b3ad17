package io.pipeforce.hub.platform.local;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts who uses an instance, until nobody does and nobody may any more. Thread-safe. */
final class Leases {
  private static final int CLOSED = -1;

  private final AtomicInteger taken = new AtomicInteger();

  /** Answers false when it is closed. */
  boolean take() {
    while (true) {
      int now = taken.get();
      if (now == CLOSED) {
        return false;
      }
      if (taken.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void release() {
    taken.decrementAndGet();
  }

  /** Closes it if nobody has a lease; answers whether it is closed. */
  boolean close() {
    return taken.compareAndSet(0, CLOSED) || taken.get() == CLOSED;
  }
}
