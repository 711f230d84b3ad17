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

  /** Whoever has ended its turn goes on within a tenth of this when nobody else wants to run. */
  private static final Duration CROWDED = Duration.ofMillis(1);

  private long began = System.nanoTime();
  private long mayWaitSince;
  private boolean crowded;

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
   * them. One timer wakes all those that park for a time. So when more turns end than there are
   * carriers, their queue is never empty, and who waits in another does not run. A thread that is
   * new each time puts them into a queue by chance; it costs more, and so only those take it that
   * found the carriers crowded. Thread.yield takes the queue of the own carrier.
   */
  void end() {
    long ended = System.nanoTime();
    if (ended - began <= LONGEST.toNanos()) {
      return;
    }
    if (crowded) {
      Thread thread = Thread.currentThread();
      Thread.ofPlatform().daemon().name("next turn").start(() -> LockSupport.unpark(thread));
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, 1);
    }
    began = System.nanoTime();
    crowded = began - ended > CROWDED.toNanos();
  }
}
