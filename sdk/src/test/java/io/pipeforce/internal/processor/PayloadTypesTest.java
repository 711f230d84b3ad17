package io.pipeforce.internal.processor;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.pipeforce.internal.dispatch.ReadableTypes;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.json.JsonMapper;

class PayloadTypesTest {
  static final Iterable<String> readable = ReadableTypes.ABSTRACT;

  private static final Map<String, String> JSON =
      Map.of(
          "java.lang.Number", "1",
          "java.util.Calendar", "1",
          "java.lang.CharSequence", "\"x\"",
          "java.net.InetAddress", "\"127.0.0.1\"",
          "java.nio.ByteBuffer", "\"AAAA\"",
          "java.nio.charset.Charset", "\"UTF-8\"",
          "java.nio.file.Path", "\"a\"",
          "java.time.ZoneId", "\"UTC\"",
          "java.util.TimeZone", "\"UTC\"");

  @ParameterizedTest
  @FieldSource("readable")
  void jackson_reads_every_abstract_type_that_is_accepted(String name) throws Exception {
    Class<?> type = Class.forName(name);
    String json =
        JSON.getOrDefault(
            name,
            Iterable.class.isAssignableFrom(type) && !name.endsWith("JsonNode") ? "[]" : "{}");

    assertThatCode(() -> JsonMapper.shared().readValue(json, type)).doesNotThrowAnyException();
  }
}
