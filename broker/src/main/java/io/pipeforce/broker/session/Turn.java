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

  /**
   * Lets others run if it has run for long.
   *
   * <p>Virtual threads wait for a carrier in several queues, and a carrier stays with a queue until
   * that is empty (ForkJoinPool.runWorker of JDK 25); the queue is that of the thread which wakes
   * them. One timer wakes all those that park for a time, so those whose turns have ended would
   * keep one queue from ever being empty, and who waits in another would not run. A thread that is
   * new each time puts them into a queue by chance. Thread.yield takes the queue of the own
   * carrier.
   */
  void end() {
    if (System.nanoTime() - began > LONGEST.toNanos()) {
      Thread ended = Thread.currentThread();
      Thread.ofPlatform().daemon().name("next turn").start(() -> LockSupport.unpark(ended));
      LockSupport.park(this);
      began = System.nanoTime();
    }
  }
}
