package io.pipeforce.internal.topology;

import java.util.List;

/**
 * All that a service wants of its broker.
 *
 * @param queuePrefix the names of the handlers' queues are {@code <prefix>.<Class>.<method>}
 */
public record Wanted(String queuePrefix, List<WantedExchange> exchanges, List<WantedQueue> queues) {
  public Wanted {
    exchanges = List.copyOf(exchanges);
    queues = List.copyOf(queues);
  }

  /** Whether a queue of this name is of interest for the comparison. */
  public boolean concerns(String queue) {
    return isNamedLikeAHandlers(queue)
        || queues.stream()
            .anyMatch(wanted -> wanted.name().equals(queue) || wanted.temporary().equals(queue));
  }

  /**
   * Whether it is a queue of one of this service's handlers, by its name. Exactly two words follow
   * the prefix, for {@code hello} must not take the queues of another service {@code hello.world}
   * for its own.
   */
  boolean isNamedLikeAHandlers(String queue) {
    if (!queue.startsWith(queuePrefix + ".")) {
      return false;
    }
    String[] words = queue.substring(queuePrefix.length() + 1).split("\\.", -1);
    return words.length == 2 && !words[0].isEmpty() && !words[1].isEmpty();
  }
}
