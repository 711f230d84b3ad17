package io.pipeforce.internal.amqp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts one thread when it stays longer than allowed between {@link #begin} and {@link #end},
 * and never outside of it.
 */
final class Overdue {
  private @Nullable Thread running;
  private boolean interrupted;
  private long due;

  /** The calling thread has this long. */
  synchronized void begin(Duration allowed) {
    running = Thread.currentThread();
    interrupted = false;
    due = System.nanoTime() + allowed.toNanos();
  }

  /** Answers whether it was interrupted, and makes sure that nothing after it is. */
  synchronized boolean end() {
    running = null;
    // A flag that the code in between did not consume would hit what comes next.
    boolean leftover = Thread.interrupted();
    return interrupted || leftover;
  }

  /** To be called regularly, from another thread. */
  synchronized void check() {
    Thread thread = running;
    if (thread != null && !interrupted && System.nanoTime() - due >= 0) {
      interrupted = true;
      thread.interrupt();
    }
  }
}
