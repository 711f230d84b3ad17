package io.pipeforce.internal.dispatch;

import io.pipeforce.DeadLetterException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The ladder of delays of one handler.
 *
 * @param delays before the second, third, … attempt; empty means that the first failure is the last
 */
public record RetryPolicy(List<Duration> delays) {
  public RetryPolicy {
    delays = List.copyOf(delays);
    for (Duration delay : delays) {
      if (delay.isNegative() || delay.isZero()) {
        throw new IllegalArgumentException("a retry delay must be positive, was: " + delay);
      }
      // x-message-ttl is a count of milliseconds in an unsigned 32-bit integer.
      if (delay.toMillis() > 0xFFFFFFFFL) {
        throw new IllegalArgumentException(
            "a retry delay is at most "
                + TimeUnit.MILLISECONDS.toDays(0xFFFFFFFFL)
                + " days, was: "
                + delay);
      }
    }
  }

  /** What follows when an attempt (1 is the first) failed with this error. */
  public Outcome.Failed next(int attempt, Throwable error) {
    if (error instanceof UndecodableException) {
      return new Outcome.Dead("undecodable payload: " + error.getMessage(), error);
    }
    if (error instanceof DeadLetterException) {
      return new Outcome.Dead(describe(error), error);
    }
    if (attempt <= delays.size()) {
      return new Outcome.Retry(delays.get(attempt - 1), error);
    }
    return new Outcome.Dead(
        "failed " + attempt + (attempt == 1 ? " time" : " times") + ", last: " + describe(error),
        error);
  }

  private static String describe(Throwable error) {
    String message = error.getMessage();
    if (error instanceof DeadLetterException && message != null) {
      return message;
    }
    return error.getClass().getName() + (message == null ? "" : ": " + message);
  }
}
