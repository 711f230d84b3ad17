package io.pipeforce.internal.topology;

import java.util.Map;
import java.util.Optional;

/**
 * What the broker has.
 *
 * @param exchanges their types by their names
 * @param queues those that {@link Wanted#concerns} the service, by their names
 */
public record Found(Map<String, String> exchanges, Map<String, FoundQueue> queues) {
  public Found {
    exchanges = Map.copyOf(exchanges);
    queues = Map.copyOf(queues);
  }

  /** The queue of this name. */
  public Optional<FoundQueue> queue(String name) {
    return Optional.ofNullable(queues.get(name));
  }
}
