package io.pipeforce.internal.topology;

import java.util.Map;

/** One way from an exchange into a queue. */
public record Binding(String exchange, String key, Map<String, Object> arguments) {
  public Binding {
    if (exchange.isEmpty()) {
      throw new IllegalArgumentException("nobody can bind to the default exchange, key: " + key);
    }
    arguments = Map.copyOf(arguments);
  }

  /** Without arguments, as for topic and fanout exchanges. */
  public static Binding of(String exchange, String key) {
    return new Binding(exchange, key, Map.of());
  }

  @Override
  public String toString() {
    return "to exchange "
        + exchange
        + " with key "
        + (key.isEmpty() ? "''" : key)
        + (arguments.isEmpty() ? "" : " and arguments " + arguments);
  }
}
