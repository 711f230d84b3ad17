package io.pipeforce.internal.dispatch;

import java.time.Duration;

/**
 * Decides how many messages one handler takes in advance.
 *
 * <p>Many make a fast handler fast. But what a slow handler has taken lies idle while other
 * replicas could work on it, runs into the broker's <a
 * href="https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout">acknowledgement
 * timeout</a> (30 minutes), and counts a delivery for each when the process dies. So a handler
 * begins with no more than it works on, takes the whole number once a message was settled that did
 * not come back from dead processes, and afterwards never holds much more than it gets done in a
 * minute.
 *
 * @param most the configured number
 * @param concurrency how many are worked on at the same time
 */
public record Prefetch(int most, int concurrency) {
  /** What a handler may take in advance, measured in its own time. */
  private static final Duration STOCK = Duration.ofMinutes(1);

  /** Delivered more often than this without an outcome, a message is suspected to kill. */
  private static final int SUSPICIOUS = 2;

  public Prefetch {
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency must be at least 1, was: " + concurrency);
    }
    most = Math.max(most, concurrency);
  }

  /** With how many a new subscription begins. */
  public int first() {
    return concurrency;
  }

  /** Whether a message that was settled shows that all may be taken. */
  public boolean proven(long deliveriesBefore) {
    return deliveriesBefore < SUSPICIOUS;
  }

  /**
   * The number for the time to come.
   *
   * @param current the number now
   * @param begun how many messages were begun in the last interval
   * @param oldestWaits how long the oldest one in stock has waited for its turn
   */
  public int next(int current, long begun, Duration interval, Duration oldestWaits) {
    long inStockTime = begun * STOCK.toMillis() / Math.max(1, interval.toMillis());
    int fitting = Math.clamp(inStockTime, concurrency, most);
    if (oldestWaits.compareTo(STOCK) > 0) {
      return Math.min(current, fitting);
    }
    // Four times, so that a handler near a limit does not change to and fro.
    return current >= most || fitting < 4L * current ? current : fitting;
  }
}
