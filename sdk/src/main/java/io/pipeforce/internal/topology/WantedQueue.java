package io.pipeforce.internal.topology;

import java.util.List;
import java.util.Map;

/**
 * A queue as a service declares it: durable, neither exclusive nor auto-delete.
 *
 * @param arguments those of queue.declare, {@code x-queue-type} among them
 * @param bindings what the service binds it with
 */
public record WantedQueue(String name, Map<String, Object> arguments, List<Binding> bindings) {
  private static final String TEMPORARY = ".migrating";

  public WantedQueue {
    if (!arguments.containsKey("x-queue-type")) {
      throw new IllegalArgumentException("queue " + name + ": its x-queue-type is missing");
    }
    arguments = Map.copyOf(arguments);
    bindings = List.copyOf(bindings);
  }

  /** The queue that holds its messages while it is declared anew. */
  public String temporary() {
    return name + TEMPORARY;
  }

  /**
   * Whether it is fed by an exchange of its own, whose messages keep their routing key: it names
   * the queue to which they go next.
   */
  public boolean hasOwnExchange() {
    return bindings.stream().anyMatch(binding -> binding.exchange().equals(name));
  }

  /**
   * Whether this binding of the queue was left behind: it comes from an exchange that the service
   * binds the queue to, with a key that it does not bind it with. What somebody else bound to
   * another exchange is not ours to judge.
   */
  boolean isLeftBehind(Binding binding) {
    return !bindings.contains(binding)
        && bindings.stream().anyMatch(own -> own.exchange().equals(binding.exchange()));
  }
}
