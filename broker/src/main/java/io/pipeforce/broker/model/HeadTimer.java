package io.pipeforce.broker.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that somebody looks at a queue when its head expires: one timer per queue, never one
 * per message. Guarded by the queue's lock.
 */
final class HeadTimer {
  private final Timers timers;
  private final Runnable work;
  private Timers.@Nullable Due due;
  private long dueAt;

  /**
   * @param work must call {@link #fired} before anything else
   */
  HeadTimer(Timers timers, Runnable work) {
    this.timers = timers;
    this.work = work;
  }

  /** A timer that is due earlier stays: when it fires, it is set again. */
  void watch(@Nullable QueuedMessage head, long now) {
    if (head == null || !head.expires() || (due != null && dueAt - head.expiresAt() <= 0)) {
      return;
    }
    cancel();
    dueAt = head.expiresAt();
    due = timers.after(Duration.ofNanos(dueAt - now), work);
  }

  void fired() {
    due = null;
  }

  void cancel() {
    if (due != null) {
      due.cancel();
      due = null;
    }
  }
}
