package io.pipeforce.test.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

      assertThat(RealBrokers.find(module, "rabbitmq-4.0"))
          .contains(
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

      assertThat(RealBrokers.find(inner, "rabbitmq-4.0")).isEmpty();
    }
  }

  @Test
  void a_node_that_was_stopped_is_absent() throws IOException {
    // bound and not listening: refuses, and nobody else can get the port meanwhile
    try (Socket reserved = new Socket()) {
      reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      write("rabbitmq-3.10", reserved.getLocalPort());

      assertThat(RealBrokers.find(clone, "rabbitmq-3.10")).isEmpty();
    }
  }

  @Test
  void a_port_that_another_program_took_is_no_node() throws IOException {
    try (ServerSocket webServer = listener('H')) {
      write("rabbitmq-3.10", webServer.getLocalPort());

      assertThat(RealBrokers.find(clone, "rabbitmq-3.10")).isEmpty();
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
