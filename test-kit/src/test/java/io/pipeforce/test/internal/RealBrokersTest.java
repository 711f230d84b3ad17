package io.pipeforce.test.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealBrokersTest {

  @TempDir Path clone;

  @Test
  void a_node_that_answers_is_found_from_a_folder_of_a_module() throws IOException {
    try (ServerSocket node = listener(1)) {
      write("rabbitmq-4.0", node.getLocalPort());
      Path module = Files.createDirectories(clone.resolve("module"));

      assertThat(RealBrokers.find(module).brokers())
          .containsExactly(
              new TestBroker(
                  "rabbitmq-4.0",
                  URI.create("amqp://guest:guest@127.0.0.1:" + node.getLocalPort()),
                  Optional.of(URI.create("http://127.0.0.1:1"))));
    }
  }

  @Test
  void the_search_ends_at_the_root_of_the_clone() throws IOException {
    try (ServerSocket node = listener(1)) {
      write("rabbitmq-4.0", node.getLocalPort());
      Path inner = Files.createDirectories(clone.resolve("inner"));
      Files.createDirectory(inner.resolve(".git"));

      assertThat(RealBrokers.find(inner).brokers()).isEmpty();
    }
  }

  @Test
  void a_node_that_was_stopped_is_absent() throws IOException {
    int port;
    try (ServerSocket closedAtOnce = listener(1)) {
      port = closedAtOnce.getLocalPort();
    }
    write("rabbitmq-3.10", port);

    assertThat(RealBrokers.find(clone).brokers()).isEmpty();
  }

  @Test
  void a_port_that_another_program_took_is_no_node() throws IOException {
    try (ServerSocket webServer = listener('H')) {
      write("rabbitmq-3.10", webServer.getLocalPort());

      assertThat(RealBrokers.find(clone).brokers()).isEmpty();
    }
  }

  @Test
  void an_absent_node_that_is_required_fails_with_the_command_that_starts_it() {
    assertThatThrownBy(() -> RealBrokers.find(clone).require("rabbitmq-3.10, rabbitmq-4.0"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(
            "rabbitmq-3.10 is required by PI_REQUIRE and absent; run: dev/brokers up 3.10")
        .hasMessageContaining("run: dev/brokers up 4.0");
  }

  @Test
  void a_misspelt_requirement_is_not_ignored() {
    assertThatThrownBy(() -> RealBrokers.find(clone).require("rabitmq-4.0"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("PI_REQUIRE names 'rabitmq-4.0', which no test knows");
  }

  @Test
  void a_present_node_satisfies_its_requirement() throws IOException {
    try (ServerSocket node = listener(1)) {
      write("rabbitmq-4.0", node.getLocalPort());

      assertThatCode(() -> RealBrokers.find(clone).require("rabbitmq-4.0"))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void the_description_names_what_is_there_and_how_to_get_the_rest() throws IOException {
    assertThat(RealBrokers.find(clone).description())
        .isEqualTo(
            "real parts: none; absent: rabbitmq-3.10, rabbitmq-4.0, rabbitmq-4.3"
                + " (dev/brokers up 3.10 4.0 4.3)");

    try (ServerSocket node = listener(1)) {
      write("rabbitmq-4.0", node.getLocalPort());

      assertThat(RealBrokers.find(clone).description())
          .isEqualTo(
              "real parts: rabbitmq-4.0; absent: rabbitmq-3.10, rabbitmq-4.3"
                  + " (dev/brokers up 3.10 4.3)");
    }
  }

  private void write(String name, int port) throws IOException {
    Path folder = Files.createDirectories(clone.resolve(".pi/brokers"));
    Files.writeString(
        folder.resolve(name + ".properties"),
        "version=x\namqp=amqp://guest:guest@127.0.0.1:%d\nmanagement=http://127.0.0.1:1\npid=1\n"
            .formatted(port));
  }

  /** Answers whatever a client sends with one byte. */
  private static ServerSocket listener(int answer) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(() -> {
          while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
              client.getInputStream().readNBytes(8);
              client.getOutputStream().write(answer);
            } catch (IOException _) {
              // the client left, or the listener was closed
            }
          }
        });
    return listener;
  }
}
