package io.pipeforce.hub.commands;

import io.pipeforce.Message;
import io.pipeforce.hub.pipeline.Given;
import io.pipeforce.hub.pipeline.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What goes from a pipeline into a message or a request, and back. */
final class Payloads {
  private Payloads() {}

  /** What was given, or the body; nothing is an empty text. */
  static Object of(Given given, Scope scope) {
    Object payload = given.orElse(scope.body());
    return payload == null ? "" : payload;
  }

  static @Nullable Object read(Message message) {
    return read(message.properties().contentType(), message.bytes());
  }

  /** JSON becomes what it says, anything else a text. */
  static @Nullable Object read(Optional<String> contentType, byte[] octets) {
    String text = new String(octets, StandardCharsets.UTF_8);
    if (contentType.filter(type -> type.contains("json")).isEmpty()) {
      return text;
    }
    try {
      return JsonMapper.shared().readValue(text, Object.class);
    } catch (JacksonException _) {
      return text;
    }
  }
}
