package io.pipeforce.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"hello", "", "{\"a\":[1,2,{}]}", " [1, \"ü\"]", "true", "x{", "\"{\"", "a b"})
  void is_taken_as_it_is(String given) throws IOException {
    assertThat(Payload.read(given, null, nothing())).isEqualTo(given);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":      | line 1, column 6",
        "{\"a\" 1}    | line 1, column 6",
        "[1,]         | line 1, column 4",
        "{}}          | line 1, column 3",
        "{} {}        | line 1, column 4",
        "{'a':1}      | line 1, column 2"
      })
  void that_looks_like_json_and_is_none_is_refused_with_the_position(String given, String where) {
    assertThatThrownBy(() -> Payload.read(given, null, nothing()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the payload is no JSON: " + where)
        .hasMessageEndingWith("; correct it, or say --content-type text/plain");
  }

  @Test
  void that_is_no_json_passes_when_the_content_type_says_so() throws IOException {
    assertThat(Payload.read("{not json", "text/plain", nothing())).isEqualTo("{not json");
  }

  @Test
  void that_does_not_look_like_json_is_refused_when_the_content_type_says_json() {
    assertThatThrownBy(() -> Payload.read("hello", "application/json", nothing()))
        .hasMessageContaining("the payload is no JSON: line 1, column");
  }

  @Test
  void comes_from_a_file() throws IOException {
    Path file = Files.writeString(folder.resolve("order.json"), "{\"id\":\"ü\"}");

    assertThat(Payload.read("@" + file, null, nothing())).isEqualTo("{\"id\":\"ü\"}");
  }

  @Test
  void in_a_file_that_is_no_json_is_refused_by_the_name_of_the_file() throws IOException {
    Path file = Files.writeString(folder.resolve("order.json"), "{\n\"id\":\n}");

    assertThatThrownBy(() -> Payload.read("@" + file, null, nothing()))
        .hasMessageStartingWith(file + " is no JSON: line 3, column");
  }

  @Test
  void in_a_file_that_is_missing_says_what_to_do() {
    assertThatThrownBy(() -> Payload.read("@nowhere.json", null, nothing()))
        .hasMessageStartingWith("cannot read the file 'nowhere.json'; name one that exists");
  }

  @Test
  void comes_from_standard_input() throws IOException {
    InputStream input = new ByteArrayInputStream("[1]".getBytes(StandardCharsets.UTF_8));

    assertThat(Payload.read("-", null, input)).isEqualTo("[1]");
  }

  @Test
  void that_is_no_text_stays_bytes() throws IOException {
    byte[] bytes = {(byte) 0xff, 0, 1};

    assertThat(Payload.read("-", null, new ByteArrayInputStream(bytes))).isEqualTo(bytes);
  }

  private static InputStream nothing() {
    return InputStream.nullInputStream();
  }
}
