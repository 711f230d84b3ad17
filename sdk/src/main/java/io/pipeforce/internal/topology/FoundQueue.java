package io.pipeforce.internal.topology;

import java.util.List;
import java.util.Map;

/**
 * A queue of the broker.
 *
 * @param arguments with {@code x-queue-type}, also where the broker leaves it out
 * @param bindings without the default exchange's
 * @param messages how many are ready for delivery
 */
public record FoundQueue(
    String name,
    boolean durable,
    boolean autoDelete,
    boolean exclusive,
    Map<String, Object> arguments,
    List<Binding> bindings,
    long messages,
    int consumers) {
  public FoundQueue {
    arguments = Map.copyOf(arguments);
    bindings = List.copyOf(bindings);
  }

  /** {@code classic}, {@code quorum} or {@code stream}. */
  public String type() {
    return String.valueOf(arguments.getOrDefault("x-queue-type", "classic"));
  }

  /** How full and how used it is, for people. */
  String use() {
    return number(messages, "message") + ", " + number(consumers, "consumer");
  }

  static String number(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
