package io.pipeforce.broker.model;

import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Knows how long a queue has not been used (x-expires). Guarded by the queue's lock. */
final class IdleTimer {
  private final Timers timers;
  private final OptionalLong milliseconds;
  private final Runnable work;
  private long lastUse = System.nanoTime();
  private Timers.@Nullable Due due;

  /**
   * @param milliseconds after which the work is called, at the latest; empty for never
   */
  IdleTimer(Timers timers, OptionalLong milliseconds, Runnable work) {
    this.timers = timers;
    this.milliseconds = milliseconds;
    this.work = work;
  }

  void used() {
    lastUse = System.nanoTime();
  }

  boolean isOver() {
    return milliseconds.isPresent() && idle() >= milliseconds.getAsLong();
  }

  /** Calls the work when it may be over; it does not matter if it isn't. */
  void watch() {
    milliseconds.ifPresent(
        most -> due = timers.after(Duration.ofMillis(Math.max(1, most - idle())), work));
  }

  void cancel() {
    if (due != null) {
      due.cancel();
    }
  }

  private long idle() {
    return (System.nanoTime() - lastUse) / 1_000_000;
  }
}
