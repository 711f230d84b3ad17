package io.pipeforce.hub;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.BrokerAddress;
import io.pipeforce.Message;
import io.pipeforce.QueueLook;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What others send to a webhook, octet for octet. */
class WebhookTest {
  private static final String QUEUE = "webhook-test";
  private static final String KEY = "webhook.test.order";
  private static final byte[] ALL_OCTETS = allOctets();

  @TempDir private static Path state;

  private static Broker broker;
  private static RunningHub hub;

  @BeforeAll
  static void start() throws Exception {
    broker = Broker.start(BrokerOptions.local().withManagementPort(0));
    hub =
        RunningHub.start(
            BrokerAddress.of("127.0.0.1", broker.port()),
            broker.managementUri().orElseThrow(),
            state,
            AtClose.LEAVE);
    hub.answer("message.queue.put", Map.of("name", QUEUE));
    hub.answer(
        "message.binding.put", Map.of("destinationName", QUEUE, "routingKey", "webhook.test.#"));
  }

  @AfterAll
  static void stop() {
    hub.close();
    broker.close();
  }

  @BeforeEach
  void empty() throws Exception {
    hub.answer("message.queue.purge", Map.of("name", QUEUE));
  }

  private static byte[] allOctets() {
    byte[] octets = new byte[256];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) i;
    }
    return octets;
  }

  private static URI webhook(Map<String, Object> parameters) throws Exception {
    JsonNode webhook = hub.answer("webhook.put", parameters);
    return URI.create(webhook.path("url").asString());
  }

  /** The first line of the answer, in a connection of its own. */
  private static String send(String method, String path, String headers, byte[] body)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), hub.hub().uri().getPort())) {
      socket.setSoTimeout(20_000);
      String head =
          "%s %s HTTP/1.1\r\nHost: hooks.example\r\nConnection: close\r\n%s\r\n"
              .formatted(method, path, headers);
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      socket.getOutputStream().write(body);
      return new String(socket.getInputStream().readAllBytes(), UTF_8)
          .lines()
          .findFirst()
          .orElse("");
    }
  }

  private static String post(URI url, String headers, byte[] body) throws IOException {
    return send(
        "POST",
        url.getPath() + "?" + url.getQuery(),
        headers + "Content-Length: " + body.length + "\r\n",
        body);
  }

  private static List<Message> events() {
    try (QueueLook look = QueueLook.open(BrokerAddress.of("127.0.0.1", broker.port()))) {
      return look.messages(QUEUE, 100, OptionalLong.empty());
    }
  }

  @Test
  void raw_octets_come_as_they_were_sent_and_base64_stands_for_them() throws Exception {
    URI raw = webhook(Map.of("eventKey", KEY, "payloadType", "raw"));
    URI base64 = webhook(Map.of("eventKey", KEY));
    URI ignore = webhook(Map.of("eventKey", KEY, "payloadType", "ignore"));

    for (URI url : List.of(raw, base64, ignore)) {
      assertThat(post(url, "", ALL_OCTETS)).isEqualTo("HTTP/1.1 202 Accepted");
    }

    assertThat(events())
        .extracting(Message::bytes)
        .containsExactly(ALL_OCTETS, Base64.getEncoder().encode(ALL_OCTETS), new byte[0]);
    assertThat(events())
        .extracting(event -> event.properties().contentType())
        .containsExactly(
            Optional.of("application/octet-stream"),
            Optional.of("text/plain"),
            Optional.of("text/plain"));
    assertThat(events()).extracting(Message::key).containsOnly(KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=UTF-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/vnd.github+json",
        "text/xml;charset=\"utf-8\"",
        "nonsense",
        "a/b/c; ="
      })
  void any_content_type_is_taken_and_goes_with_the_event(String type) throws Exception {
    URI url = webhook(Map.of("eventKey", KEY, "payloadType", "raw"));

    assertThat(post(url, "Content-Type: " + type + "\r\n", "a=1&b=%20".getBytes(UTF_8)))
        .isEqualTo("HTTP/1.1 202 Accepted");

    assertThat(events().getFirst().properties().contentType()).hasValue(type);
    assertThat(events().getFirst().text()).isEqualTo("a=1&b=%20");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "999, 1", "1000, 1", "1001, 0", "5000, 0"})
  void what_is_longer_than_its_maximum_is_no_event_and_nobody_can_tell(int length, int events)
      throws Exception {
    URI url = webhook(Map.of("eventKey", KEY, "maxPayloadLength", 1_000));

    assertThat(post(url, "", new byte[length])).isEqualTo("HTTP/1.1 202 Accepted");

    assertThat(events()).hasSize(events);
  }

  @Test
  void the_token_may_be_a_header_and_the_method_get_or_put() throws Exception {
    URI url = webhook(Map.of("eventKey", KEY, "payloadType", "raw"));
    String token = url.getQuery().replace("token=", "");

    assertThat(
            send(
                "POST",
                url.getPath(),
                "token: " + token + "\r\nContent-Length: 1\r\n",
                "a".getBytes(UTF_8)))
        .isEqualTo("HTTP/1.1 202 Accepted");
    assertThat(send("GET", url.getPath() + "?token=" + token, "", new byte[0]))
        .isEqualTo("HTTP/1.1 202 Accepted");
    assertThat(
            send(
                "PUT",
                url.getPath() + "?token=" + token.toUpperCase(java.util.Locale.ROOT),
                "Transfer-Encoding: chunked\r\n",
                "1\r\nb\r\n1\r\nc\r\n0\r\n\r\n".getBytes(UTF_8)))
        .isEqualTo("HTTP/1.1 202 Accepted");

    assertThat(events()).extracting(Message::text).containsExactly("a", "", "bc");
  }

  @Test
  void a_body_that_nobody_takes_is_refused_before_its_token_counts() throws Exception {
    URI url = webhook(Map.of("eventKey", KEY));
    URI unknown = URI.create(url.toString().replaceFirst("token=.*", "token=" + UUID.randomUUID()));

    for (URI each : List.of(url, unknown)) {
      assertThat(
              send(
                  "POST",
                  each.getPath() + "?" + each.getQuery(),
                  "Content-Length: 99999999\r\n",
                  new byte[0]))
          .startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void what_is_sent_with_an_unknown_token_is_written_by_the_broker_as_well() throws Exception {
    assertThat(
            post(
                hub.hub().uri().resolve("/api/v3/command/webhook.receive?token=x"), "", ALL_OCTETS))
        .isEqualTo("HTTP/1.1 202 Accepted");

    JsonNode nobody = hub.answer("message.queue.get", Map.of("name", "pipeforce.webhook.nobody"));
    assertThat(nobody.path("type").asString()).isEqualTo("quorum");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "..%2f..%2fsecret", "a/b", "", "1-1-1-1-1/../x", "%00"})
  void a_token_that_is_a_path_is_none(String uuid) throws Exception {
    for (String command : List.of("webhook.put", "webhook.get", "webhook.delete")) {
      assertThat(hub.refusal(command, Map.of("uuid", uuid, "eventKey", KEY)))
          .as(command)
          .matches("(the parameter 'uuid' must be a UUID like .*|unknown parameter 'eventKey'.*)");
    }
    assertThat(state.resolve("webhooks").toFile().list())
        .allMatch(name -> name.matches("[0-9a-f-]{36}\\.json"));
  }

  @Test
  void webhooks_that_are_fired_at_the_same_time_all_become_events() throws Exception {
    URI url = webhook(Map.of("eventKey", KEY, "payloadType", "raw"));
    List<Thread> threads =
        IntStream.range(0, 50)
            .mapToObj(i ->
                Thread.startVirtualThread(() -> {
                  try {
                    post(url, "", ("n" + i).getBytes(UTF_8));
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(events()).extracting(Message::text).hasSize(50).doesNotHaveDuplicates();
  }
}
