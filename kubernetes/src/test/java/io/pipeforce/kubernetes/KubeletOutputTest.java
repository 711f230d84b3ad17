package io.pipeforce.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class KubeletOutputTest {
  private static final String REMOVED = "unable to retrieve container logs for containerd://93ac";

  private static InputStream of(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String read(InputStream from) throws IOException {
    try (InputStream in = new KubeletOutput(from)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void output_is_read_as_it_is() throws IOException {
    assertThat(read(of(""))).isEmpty();
    assertThat(read(of("un"))).isEqualTo("un");
    assertThat(read(of("hello\n" + REMOVED))).isEqualTo("hello\n" + REMOVED);
    assertThat(read(of("x".repeat(1_000)))).isEqualTo("x".repeat(1_000));
  }

  @Test
  void what_a_process_has_written_ends_with_its_line() throws IOException {
    assertThat(read(of(REMOVED + "\nindeed\n"))).isEqualTo(REMOVED + "\nindeed\n");
    assertThat(read(of(REMOVED + "x".repeat(1_000)))).hasSize(REMOVED.length() + 1_000);
  }

  @Test
  void what_is_there_is_read_without_waiting_for_more() throws IOException {
    try (PipedOutputStream written = new PipedOutputStream();
        InputStream in = new KubeletOutput(new PipedInputStream(written))) {
      written.write("serving\n".getBytes(StandardCharsets.UTF_8));

      assertThat(in.read(new byte[100])).isEqualTo(8);
    }
  }

  @Test
  void that_the_container_is_removed_is_no_output() {
    assertThatThrownBy(() -> read(of(REMOVED)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no more");
    InputStream inTwo = new SequenceInputStream(of("unable to "), of(REMOVED.substring(10)));
    assertThatThrownBy(() -> read(inTwo)).isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> {
              try (InputStream in = new KubeletOutput(of(REMOVED))) {
                in.skipNBytes(8);
              }
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void that_the_container_goes_while_it_is_followed_is_no_output() throws IOException {
    String gone =
        "rpc error: code = NotFound desc = an error occurred when try to find container \"3\": not found";
    for (InputStream from :
        List.of(
            of("x".repeat(300) + "\n" + gone),
            new SequenceInputStream(of("x".repeat(300) + "\n"), of(gone)))) {
      try (InputStream in = new KubeletOutput(from)) {
        assertThat(in.readNBytes(301)).endsWith('\n');
        assertThatThrownBy(() -> in.read(new byte[10]))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("no more");
      }
    }
    assertThat(read(of("x".repeat(300) + "\n" + gone + "\nindeed\n"))).contains(gone);
  }
}
