package io.pipeforce.internal.amqp;

import io.pipeforce.BrokerUnavailableException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a service stands with its broker, for those who ask and those who wait: the supervisor tells
 * it, and is told here that something wants its attention. Safe for threads.
 */
final class Status implements Publishers {
  /** How far the supervisor is. */
  enum Phase {
    CONNECTING,
    READY,
    BLOCKED,
    STOPPING
  }

  /** The phase, and why it is not ready. */
  record State(Phase phase, String reason) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private State state = new State(Phase.CONNECTING, "");
  private boolean attention;
  private boolean redeclare;
  private @Nullable Publisher publisher;
  private @Nullable String blocked;

  State state() {
    lock.lock();
    try {
      String reason = blocked;
      return reason != null && state.phase() == Phase.READY
          ? new State(Phase.BLOCKED, reason)
          : state;
    } finally {
      lock.unlock();
    }
  }

  /** Everything that should be there is there. */
  void ready() {
    become(Phase.READY, "");
  }

  /** It is not there, for this reason; answers whether that is news. */
  boolean failed(String reason) {
    boolean news = !state().reason().equals(reason);
    become(Phase.CONNECTING, reason);
    return news;
  }

  /** From now on nothing else is told; answers false when it was stopping already. */
  boolean stop() {
    lock.lock();
    try {
      if (state.phase() == Phase.STOPPING) {
        return false;
      }
      become(Phase.STOPPING, "the service is stopping");
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void become(Phase phase, String reason) {
    change(() -> {
      if (state.phase() != Phase.STOPPING) {
        state = new State(phase, reason);
      }
    });
  }

  /** The publisher of the connection that stands, or null while there is none. */
  void publishOn(@Nullable Publisher next) {
    change(() -> publisher = next);
  }

  /** Why the broker takes no messages, or null when it does. */
  void blocked(@Nullable String reason) {
    change(() -> blocked = reason);
  }

  /** Something is lost: the supervisor looks at once. */
  void call() {
    change(() -> {
      if (state.phase() == Phase.READY) {
        state = new State(Phase.CONNECTING, "");
      }
      attention = true;
    });
  }

  /** Exchanges and queues are to be declared again at the next look. */
  void redeclare() {
    change(() -> redeclare = true);
  }

  /** Whether they are to be declared again; the next one who asks is told no. */
  boolean takeRedeclare() {
    lock.lock();
    try {
      boolean taken = redeclare;
      redeclare = false;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it is called or the time is over; answers false when it is to stop. */
  boolean awaitCall(Duration time) throws InterruptedException {
    lock.lock();
    try {
      await(time, () -> attention || stopping());
      attention = false;
      return !stopping();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for this time, whoever calls; answers false when it is to stop. */
  boolean rest(Duration time) throws InterruptedException {
    lock.lock();
    try {
      return !await(time, this::stopping);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it is ready; answers whether it is. */
  boolean awaitReady(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      return await(patience, () -> state.phase() == Phase.READY);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Publisher publisher(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      await(patience, this::publishes);
      Publisher current = publisher;
      if (publishes() && current != null) {
        return current;
      }
      String reason = state().reason();
      throw new BrokerUnavailableException(
          reason.isEmpty() ? "there is no connection to the broker" : reason);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void replace(Publisher silent) {
    lock.lock();
    try {
      if (blocked != null || publisher != silent) {
        return;
      }
    } finally {
      lock.unlock();
    }
    // Not here: it waits for the broker, which may be silent altogether.
    Thread.startVirtualThread(silent::abort);
  }

  private boolean publishes() {
    Publisher current = publisher;
    return blocked == null && current != null && current.isOpen();
  }

  @Override
  public boolean stopping() {
    lock.lock();
    try {
      return state.phase() == Phase.STOPPING;
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock; answers whether the condition holds. */
  private boolean await(Duration patience, BooleanSupplier condition) throws InterruptedException {
    long nanos = patience.toNanos();
    while (!condition.getAsBoolean() && nanos > 0) {
      nanos = changed.awaitNanos(nanos);
    }
    return condition.getAsBoolean();
  }
}
