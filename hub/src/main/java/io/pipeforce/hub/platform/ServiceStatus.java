package io.pipeforce.hub.platform;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A service as it is.
 *
 * @param spec as it is wanted
 * @param digest which image exactly; empty when it has none
 * @param state in one word
 * @param instances the copies of it
 * @param url where its ingress is reached
 */
public record ServiceStatus(
    ServiceSpec spec,
    Optional<String> digest,
    State state,
    List<InstanceStatus> instances,
    Optional<String> url) {
  /** What a service does. */
  public enum State {
    /** Its place is kept, and nothing runs. */
    SLOT,
    STARTING,
    RUNNING,
    /** The version before serves until the new one is ready. */
    UPDATING,
    /** An instance has ended by itself and is started again after a while. */
    FAILING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How many copies take requests and messages. */
  public long ready() {
    return instances.stream().filter(each -> each.state() == InstanceStatus.State.READY).count();
  }
}
