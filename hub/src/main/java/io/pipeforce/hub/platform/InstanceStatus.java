package io.pipeforce.hub.platform;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One running copy of a service.
 *
 * @param id its name among the copies
 * @param state what it does
 * @param since when it was started the last time
 * @param restarts how often it was started again after it had ended by itself
 * @param why what keeps it from being ready, or why it ended last
 */
public record InstanceStatus(
    String id, State state, Instant since, int restarts, Optional<String> why) {
  /** What an instance does. */
  public enum State {
    STARTING,
    READY,
    /** It has ended, and is started again after a while. */
    WAITING,
    /** It finishes what it is at and then ends. */
    STOPPING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
