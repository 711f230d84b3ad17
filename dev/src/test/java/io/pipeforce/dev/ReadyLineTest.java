package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadyLineTest {
  private final List<String> ready = new ArrayList<>();

  @Test
  void is_taken_out_and_told() throws IOException {
    assertThat(pass("before\nready: hello with 1 handler\nafter\n")).isEqualTo("before\nafter\n");
    assertThat(ready).containsExactly("hello with 1 handler");
  }

  @Test
  void counts_only_once_and_only_at_the_begin_of_a_line() throws IOException {
    String output = "it is ready: no\nready: yes\nready: of the service itself\nrea";

    assertThat(pass(output)).isEqualTo("it is ready: no\nready: of the service itself\nrea");
    assertThat(ready).containsExactly("yes");
  }

  @Test
  void leaves_everything_else_byte_for_byte() throws IOException {
    for (String output :
        List.of("", "\n", "r", "ready", "ready:", "readiness\n\n\r\nü€", "a\nrea\nready:x\n")) {
      assertThat(pass(output)).isEqualTo(output);
    }
    assertThat(ready).isEmpty();
  }

  private String pass(String output) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ReadyLine.pass(
        new ByteArrayInputStream(output.getBytes(StandardCharsets.UTF_8)), out, ready::add);
    return out.toString(StandardCharsets.UTF_8);
  }
}
