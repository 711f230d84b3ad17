package io.pipeforce.broker.session;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Shares the cores among clients. A virtual thread keeps its carrier until it waits for something:
 * one whose client always has sent more, or takes all at once, never would, and as many of them as
 * there are cores would stop all others. For one thread.
 */
final class Turn {
  /** Long beside the price of a pause, short beside what a person notices. */
  private static final Duration LONGEST = Duration.ofMillis(5);

  /** Whatever takes longer was a wait, in which others could run. */
  private static final Duration WAIT = Duration.ofNanos(100_000);

  private long began = System.nanoTime();
  private long mayWaitSince;

  /** To be called before what may wait. */
  void mayWait() {
    mayWaitSince = System.nanoTime();
  }

  /** To be called after it. */
  void goesOn() {
    long now = System.nanoTime();
    if (now - mayWaitSince > WAIT.toNanos()) {
      began = now;
    }
  }

  /** Lets others run if it has run for long. */
  void end() {
    if (System.nanoTime() - began > LONGEST.toNanos()) {
      // Thread.yield would only let those run that wait for the same carrier.
      LockSupport.parkNanos(1);
      began = System.nanoTime();
    }
  }
}
