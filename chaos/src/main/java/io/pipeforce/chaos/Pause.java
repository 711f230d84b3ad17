package io.pipeforce.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waiting, which is this program's business: a fault lasts for a time, and then something heals.
 */
final class Pause {
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  /** Something that can be looked at again and again. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private Pause() {}

  static void of(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  /** Answers whether the condition came to hold within this time. */
  static boolean until(Condition condition, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      of(LOOK_EVERY);
    }
    return true;
  }

  /** The same for what must come to hold. */
  static void require(String what, Condition condition, Duration patience)
      throws IOException, InterruptedException, TimeoutException {
    if (!until(condition, patience)) {
      throw new TimeoutException(what + " did not happen within " + patience.toSeconds() + " s");
    }
  }
}
