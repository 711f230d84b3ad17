package io.pipeforce.broker.session;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Where publishers wait while messages fill the memory. Thread-safe. */
final class MemoryAlarm {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Lets the waiting look again whether they still want to. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param isWanted asked again at every {@link #wake}: who remembered what a wake had said would
   *     hear of two at once in the wrong order
   */
  void awaitWhile(BooleanSupplier isWanted) {
    lock.lock();
    try {
      while (isWanted.getAsBoolean()) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
