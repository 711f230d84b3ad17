package io.pipeforce.broker.session;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Where publishers wait while queues hold too much. Thread-safe. */
final class MemoryAlarm {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean raised;

  void set(boolean isRaised) {
    lock.lock();
    try {
      raised = isRaised;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets the waiting look again whether they still want to. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void await(BooleanSupplier isWanted) {
    lock.lock();
    try {
      while (raised && isWanted.getAsBoolean()) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
