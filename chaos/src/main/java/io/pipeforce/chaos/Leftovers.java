package io.pipeforce.chaos;

import com.rabbitmq.client.Delivery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What lies in the queues at the end, taken out by plain AMQP. */
final class Leftovers {
  /** The queues of the ladders of {@link ChaosService}. */
  static final List<String> DELAYS =
      List.of("pipeforce.retry.200ms", "pipeforce.retry.500ms", "pipeforce.retry.1s");

  private final Map<Handler, BitSet> waiting = new EnumMap<>(Handler.class);
  private final List<Dead> dead = new ArrayList<>();
  private int delayed;

  /**
   * A dead letter.
   *
   * @param reason from our header, or from the broker's ({@code delivery_limit})
   */
  record Dead(Handler handler, int id, String reason) {}

  Leftovers() {}

  static Leftovers drain(Operator operator) throws IOException, InterruptedException {
    Leftovers all = new Leftovers();
    for (Handler handler : Handler.values()) {
      operator.drain(handler.queue(), message -> all.wait(handler, number(message)));
    }
    for (String delay : DELAYS) {
      operator.drain(delay, message -> all.delayed++);
    }
    operator.drain(Names.DEAD_LETTERS, message -> all.dead.add(dead(message)));
    return all;
  }

  private static int number(Delivery message) {
    return Integer.parseInt(new String(message.getBody(), StandardCharsets.US_ASCII));
  }

  private static Dead dead(Delivery message) {
    Map<String, Object> headers = message.getProperties().getHeaders();
    if (headers == null) {
      throw new IllegalStateException("a dead letter without headers: " + number(message));
    }
    String handler = text(headers.get("pipeforce-handler"));
    String reason = text(headers.get("pipeforce-reason"));
    if (handler.isEmpty()) {
      // The broker did it: the queue tells whose it was. Before that it may have expired in a delay
      // queue; the latest death stands first.
      List<?> deaths = (List<?>) Objects.requireNonNull(headers.get("x-death"), "no x-death");
      Map<?, ?> death = (Map<?, ?>) deaths.getFirst();
      handler = text(death.get("queue"));
      handler = handler.substring(handler.indexOf("ChaosService"));
      reason = text(death.get("reason"));
    }
    return new Dead(handler(handler), number(message), reason);
  }

  private static Handler handler(String name) {
    for (Handler handler : Handler.values()) {
      if (handler.qualified().equals(name)) {
        return handler;
      }
    }
    throw new IllegalStateException("a dead letter of an unknown handler: " + name);
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  void wait(Handler handler, int id) {
    waiting.computeIfAbsent(handler, key -> new BitSet()).set(id);
  }

  void bury(Dead letter) {
    dead.add(letter);
  }

  BitSet waiting(Handler handler) {
    return waiting.getOrDefault(handler, new BitSet());
  }

  int waitingCount() {
    return waiting.values().stream().mapToInt(BitSet::cardinality).sum();
  }

  List<Dead> dead() {
    return List.copyOf(dead);
  }

  int delayed() {
    return delayed;
  }
}
