package io.pipeforce;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A message to publish: {@code OutgoingMessage.of("order.created", order).withHeader("tenant",
 * "a")}. Immutable.
 *
 * @param exchange the exchange; empty means the topic exchange of the environment
 * @param key the routing key, at most 255 bytes in UTF-8
 * @param payload {@code String} and {@code byte[]} are sent as they are, anything else as JSON
 * @param headers the AMQP headers; names that begin with {@code pipeforce-} are reserved
 * @param contentType the content type; empty means {@code application/json} for what is sent as
 *     JSON and for text that looks like it, {@code text/plain} for other text, and {@code
 *     application/octet-stream} for bytes
 * @param mandatory when true, a message that reaches no queue is an {@link UnroutableException};
 *     otherwise it is only counted
 */
public record OutgoingMessage(
    Optional<String> exchange,
    String key,
    Object payload,
    Map<String, Object> headers,
    Optional<String> contentType,
    boolean mandatory) {

  public OutgoingMessage {
    Objects.requireNonNull(payload, "payload");
    int length = key.getBytes(StandardCharsets.UTF_8).length;
    if (length > 255) {
      throw new IllegalArgumentException(
          "a routing key has at most 255 bytes, this one has "
              + length
              + ": "
              + key.substring(0, 40)
              + "…");
    }
    for (String name : headers.keySet()) {
      if (name.startsWith("pipeforce-")) {
        throw new IllegalArgumentException(
            "header '" + name + "': names that begin with pipeforce- are reserved; choose another");
      }
    }
    headers = Map.copyOf(headers);
  }

  /** An event for the topic exchange. */
  public static OutgoingMessage of(String key, Object payload) {
    return new OutgoingMessage(Optional.empty(), key, payload, Map.of(), Optional.empty(), false);
  }

  /** The same with one more header. */
  public OutgoingMessage withHeader(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new OutgoingMessage(exchange, key, payload, more, contentType, mandatory);
  }

  /** The same for another exchange. */
  public OutgoingMessage withExchange(String name) {
    return new OutgoingMessage(Optional.of(name), key, payload, headers, contentType, mandatory);
  }

  /** The same with this content type. */
  public OutgoingMessage withContentType(String type) {
    return new OutgoingMessage(exchange, key, payload, headers, Optional.of(type), mandatory);
  }

  /** The same, but it is an error when no queue takes it. */
  public OutgoingMessage asMandatory() {
    return new OutgoingMessage(exchange, key, payload, headers, contentType, true);
  }
}
