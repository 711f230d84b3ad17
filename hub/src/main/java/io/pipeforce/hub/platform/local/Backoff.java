package io.pipeforce.hub.platform.local;

import java.time.Duration;

/** How long to wait before what ended by itself is started again. */
final class Backoff {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** What has been ready for so long begins anew. */
  static final Duration FORGETS = Duration.ofMinutes(1);

  private Backoff() {}

  /**
   * @param endings how often it has ended in a row, 1 at the first time
   */
  static Duration after(int endings) {
    Duration doubled = Duration.ofSeconds(1L << Math.clamp(endings - 1, 0, 10));
    return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
  }
}
