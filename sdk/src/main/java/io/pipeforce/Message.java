package io.pipeforce;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A message as it arrived. Immutable, except that {@link #bytes()} hands out the array itself.
 *
 * <p>{@link #key()} and {@link #exchange()} are those that the message was first published with,
 * also when it comes back from a retry.
 */
public final class Message {
  private final String exchange;
  private final String key;
  private final Map<String, Object> headers;
  private final MessageProperties properties;
  private final byte[] bytes;

  /** A message with these parts; for unit tests of handlers, and used by the runtime. */
  public Message(
      String exchange,
      String key,
      Map<String, Object> headers,
      MessageProperties properties,
      byte[] bytes) {
    this.exchange = Objects.requireNonNull(exchange);
    this.key = Objects.requireNonNull(key);
    this.headers = Map.copyOf(headers);
    this.properties = Objects.requireNonNull(properties);
    this.bytes = Objects.requireNonNull(bytes);
  }

  /** The exchange the message was published to; empty for the default exchange. */
  public String exchange() {
    return exchange;
  }

  /** The routing key. */
  public String key() {
    return key;
  }

  /** The AMQP headers. Values are the types of the AMQP client: strings are {@code String}. */
  public Map<String, Object> headers() {
    return headers;
  }

  /** One header as text, when it is there. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name)).map(Object::toString);
  }

  /** The AMQP basic properties but the headers. */
  public MessageProperties properties() {
    return properties;
  }

  /** The body. Not copied: do not change it. */
  public byte[] bytes() {
    return bytes;
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Message[" + exchange + "/" + key + ", " + bytes.length + " bytes]";
  }
}
