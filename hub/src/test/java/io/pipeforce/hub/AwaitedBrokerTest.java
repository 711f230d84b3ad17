package io.pipeforce.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.BrokerAddress;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.hub.platform.local.LocalPlatform;
import io.pipeforce.image.ImageStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub as it runs in a cluster: it comes up before its broker, and is called by other names. */
class AwaitedBrokerTest {
  @TempDir private Path state;

  private RunningHub start(int brokerPort) {
    return new RunningHub(
        Hub.start(
            new HubOptions(
                new HubAddress(
                    "127.0.0.1",
                    0,
                    Optional.of(URI.create("https://hub.example.org")),
                    Set.of("hub.shop.svc")),
                BrokerAddress.of("127.0.0.1", brokerPort),
                URI.create("http://127.0.0.1:1"),
                "pipeforce.topic.default",
                "local",
                "pipeforce",
                RunningHub.SECRET,
                true),
            LocalPlatform.source(
                state, ImageStore.in(state.resolve("images")), LocalPlatform.AtClose.LEAVE)),
        Optional.empty());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** The answer's first line to a request without credentials for this host. */
  private static String ask(RunningHub hub, String path, String host) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.ofLiteral("127.0.0.1"), hub.hub().uri().getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(path, host)
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .findFirst()
          .orElse("");
    }
  }

  @Test
  void it_lives_without_its_broker_and_is_ready_from_when_that_has_answered() throws Exception {
    int port = freePort();
    try (RunningHub hub = start(port)) {
      assertThat(RunningHub.send(hub.request("/health")).statusCode()).isEqualTo(204);
      assertThat(RunningHub.send(hub.request("/health/ready")).statusCode()).isEqualTo(503);
      assertThat(hub.command("service.status", Map.of()).statusCode()).isEqualTo(200);

      try (Broker broker = Broker.start(BrokerOptions.local().withPort(port))) {
        hub.hub().awaitReady();
        assertThat(broker.port()).isEqualTo(port);
        assertThat(RunningHub.send(hub.request("/health/ready")).statusCode()).isEqualTo(204);
        assertThat(hub.command("event.send", Map.of("key", "a.b")).statusCode()).isLessThan(300);
      }

      assertThat(RunningHub.send(hub.request("/health/ready")).statusCode()).isEqualTo(204);
      assertThat(RunningHub.send(hub.request("/health")).statusCode()).isEqualTo(204);
    }
  }

  @Test
  void it_is_called_by_its_names_and_asked_for_its_health_by_any() throws Exception {
    try (Broker broker = Broker.start(BrokerOptions.local());
        RunningHub hub = start(broker.port())) {
      for (String name : new String[] {"localhost:80", "hub.example.org", "HUB.shop.svc:80"}) {
        assertThat(ask(hub, "/api/v3/command", name)).as(name).contains(" 401 ");
      }
      assertThat(ask(hub, "/api/v3/command", "10.0.0.7:8080")).contains(" 403 ");
      assertThat(ask(hub, "/api/v3/command", "hub.other.svc")).contains(" 403 ");
      assertThat(ask(hub, "/health", "10.0.0.7:8080")).contains(" 204 ");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> assertThat(ask(hub, "/health/ready", "10.0.0.7:8080")).contains(" 204 "));
    }
  }

  @Test
  void a_webhook_tells_the_url_by_which_others_call_the_hub() throws Exception {
    try (Broker broker = Broker.start(BrokerOptions.local());
        RunningHub hub = start(broker.port())) {
      assertThat(hub.answer("webhook.put", Map.of("eventKey", "a.b")).path("url").asString())
          .startsWith("https://hub.example.org/api/v3/command/webhook.receive?token=");
    }
  }
}
