package io.pipeforce.internal.dispatch;

import io.pipeforce.MessageProperties;
import java.lang.reflect.Type;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns payloads into bodies and back: text and bytes as they are, anything else as JSON by Jackson
 * with its defaults.
 */
public final class PayloadCodec {
  /** A body and how it is declared. */
  @SuppressWarnings(
      "ArrayRecordComponent") // Handed straight to the client library, never compared.
  public record Encoded(byte[] body, String contentType) {}

  private final JsonMapper json = JsonMapper.builder().addModule(new RecordConstructors()).build();

  /**
   * The body of a payload.
   *
   * @throws IllegalArgumentException when Jackson cannot write it
   */
  public Encoded encode(Object payload) {
    return switch (payload) {
      case byte[] bytes -> new Encoded(bytes, "application/octet-stream");
      case String text ->
          new Encoded(
              text.getBytes(StandardCharsets.UTF_8),
              looksLikeJson(text) ? "application/json" : "text/plain");
      default -> {
        try {
          yield new Encoded(json.writeValueAsBytes(payload), "application/json");
        } catch (JacksonException e) {
          throw new IllegalArgumentException(
              "cannot write a " + payload.getClass().getName() + " as JSON: " + e.getMessage(), e);
        }
      }
    };
  }

  /** A reader for one type, made once per handler. */
  public ObjectReader reader(Type type) {
    JavaType javaType = json.constructType(type);
    return json.readerFor(javaType);
  }

  /** Decodes an answer: text and bytes as they are, anything else from JSON. */
  public <T> T decode(byte[] body, MessageProperties properties, Class<T> type)
      throws UndecodableException {
    if (type == String.class) {
      return type.cast(text(body, properties));
    }
    if (type == byte[].class) {
      return type.cast(body);
    }
    return type.cast(decode(reader(type), body, type.getSimpleName()));
  }

  static Object decode(ObjectReader reader, byte[] body, String typeName)
      throws UndecodableException {
    try {
      Object value = reader.readValue(body);
      if (value != null) {
        return value;
      }
      throw new UndecodableException(
          "the body is " + (body.length == 0 ? "empty" : "null") + ", expected a " + typeName,
          new IllegalArgumentException("null"));
    } catch (JacksonException e) {
      throw new UndecodableException(
          "the body is no " + typeName + ": " + e.getOriginalMessage() + at(e), e);
    }
  }

  static String text(byte[] body, MessageProperties properties) throws UndecodableException {
    return new String(body, charset(properties));
  }

  private static Charset charset(MessageProperties properties) throws UndecodableException {
    String contentType = properties.contentType().orElse("").toLowerCase(Locale.ROOT);
    int start = contentType.indexOf("charset=");
    if (start < 0) {
      return StandardCharsets.UTF_8;
    }
    String name = contentType.substring(start + "charset=".length());
    int end = name.indexOf(';');
    name = (end < 0 ? name : name.substring(0, end)).strip().replace("\"", "");
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException e) {
      throw new UndecodableException("the charset '" + name + "' is not known here", e);
    }
  }

  private static String at(JacksonException e) {
    return e.getLocation() == null
        ? ""
        : " (line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ")";
  }

  private static boolean looksLikeJson(String text) {
    String stripped = text.stripLeading();
    return stripped.startsWith("{") || stripped.startsWith("[");
  }
}
