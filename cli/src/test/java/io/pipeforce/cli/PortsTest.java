package io.pipeforce.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void tells_whether_a_port_is_free() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = socket.getLocalPort();
      assertThat(Ports.isFree(port)).isFalse();
    }
    assertThat(Ports.isFree(port)).isTrue();
  }

  @Test
  void names_the_process_that_has_a_port() throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/net/tcp")), "only Linux tells who it is");
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(Ports.holder(socket.getLocalPort()))
          .contains("java (process " + ProcessHandle.current().pid() + ")");
    }
  }
}
