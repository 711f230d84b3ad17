package io.pipeforce.broker.model;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Counts the bytes of all messages in all queues, each content once, and tells when they cross the
 * high-water mark. Thread-safe; the listener runs on the thread that crossed it, while that may
 * hold a queue's lock.
 */
public final class MemoryGauge {
  /** What a message costs besides its octets. */
  private static final int OVERHEAD = 200;

  private final long highWaterMark;
  private final long lowWaterMark;
  private final Consumer<Boolean> listener;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicBoolean high = new AtomicBoolean();

  public MemoryGauge(long highWaterMark, Consumer<Boolean> listener) {
    this.highWaterMark = highWaterMark;
    this.lowWaterMark = highWaterMark / 10 * 9;
    this.listener = listener;
  }

  public long bytes() {
    return bytes.get();
  }

  public boolean isHigh() {
    return high.get();
  }

  void hold(Content content) {
    if (content.firstHolder()
        && bytes.addAndGet((long) content.size() + OVERHEAD) > highWaterMark
        && high.compareAndSet(false, true)) {
      listener.accept(true);
    }
  }

  void release(Content content) {
    if (content.lastHolder()
        && bytes.addAndGet(-((long) content.size() + OVERHEAD)) < lowWaterMark
        && high.get()
        && high.compareAndSet(true, false)) {
      listener.accept(false);
    }
  }
}
