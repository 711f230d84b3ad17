package io.pipeforce.hub.platform;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A job as it is.
 *
 * @param name of the job
 * @param image what it runs
 * @param state in one word
 * @param exitCode when it has ended by itself
 * @param started when
 * @param ended when; empty while it runs
 * @param why what ended it when it was not its own doing
 */
public record JobStatus(
    String name,
    String image,
    State state,
    Optional<Integer> exitCode,
    Instant started,
    Optional<Instant> ended,
    Optional<String> why) {
  /** What became of a job. */
  public enum State {
    RUNNING,
    SUCCEEDED,
    FAILED,
    STOPPED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
