package io.pipeforce.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.BrokerAddress;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.TestBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

@ParameterizedClass(name = "{0}")
@MethodSource("brokers")
class MessageCommandsTest {
  private static final String QUEUE = "message-commands/test 1";
  private static final String EXCHANGE = "message-commands-exchange";

  @Parameter private TestBroker broker;
  @TempDir private Path state;

  private RunningHub hub;

  static Stream<TestBroker> brokers() {
    return RealBrokers.all();
  }

  @BeforeEach
  void start() throws Exception {
    hub =
        RunningHub.start(
            BrokerAddress.parse(broker.uri().toString()),
            broker.management().orElseThrow(),
            state,
            AtClose.LEAVE);
    clear();
  }

  @AfterEach
  void stop() throws Exception {
    clear();
    hub.close();
  }

  private void clear() throws Exception {
    hub.command("message.queue.delete", Map.of("name", QUEUE));
    hub.command("message.exchange.delete", Map.of("exchange", EXCHANGE));
  }

  private void put(Map<String, Object> args) throws Exception {
    hub.answer("message.queue.put", Map.of("name", QUEUE, "args", args));
  }

  private void send(String payload) throws Exception {
    hub.answer("message.send", Map.of("exchange", "", "key", QUEUE, "payload", payload));
  }

  private List<String> payloads(int count) throws Exception {
    return hub.answer("message.list", Map.of("queue", QUEUE, "count", count))
        .valueStream()
        .map(message -> message.path("payload").asString())
        .toList();
  }

  @Test
  void a_queue_is_put_found_purged_and_deleted() throws Exception {
    put(Map.of("x-queue-type", "quorum", "x-max-length", 100));
    put(Map.of("x-queue-type", "quorum", "x-max-length", 100));
    send("one");
    send("two");

    JsonNode queue = hub.answer("message.queue.get", Map.of("name", QUEUE));
    assertThat(queue.path("type").asString()).isEqualTo("quorum");
    assertThat(queue.path("durable").asBoolean()).isTrue();
    assertThat(queue.path("args").path("x-max-length").asInt()).isEqualTo(100);
    assertThat(queue.path("messages").asInt()).isEqualTo(2);
    assertThat(queue.path("consumers").asInt()).isZero();
    assertThat(hub.answer("message.queue.find", Map.of("name", "commands/te")).valueStream())
        .containsExactly(queue);
    assertThat(hub.answer("message.queue.find", Map.of()).valueStream()).contains(queue);

    hub.answer("message.queue.purge", Map.of("name", QUEUE));
    assertThat(hub.answer("message.queue.get", Map.of("name", QUEUE)).path("messages").asInt())
        .isZero();

    hub.answer("message.queue.delete", Map.of("name", QUEUE));
    for (String command : List.of("get", "delete", "purge")) {
      assertThat(hub.refusal("message.queue." + command, Map.of("name", QUEUE)))
          .isEqualTo("there is no queue " + QUEUE);
    }
  }

  @Test
  void what_the_broker_refuses_is_told_in_its_words() throws Exception {
    put(Map.of("x-queue-type", "classic"));

    assertThat(hub.refusal("message.queue.put", Map.of("name", QUEUE, "durable", false)))
        .startsWith("the broker refused (HTTP 400): inequivalent arg 'durable'");
    assertThat(hub.refusal("message.exchange.put", Map.of("exchange", EXCHANGE, "type", "topc")))
        .contains("unknown exchange type 'topc'");
    assertThat(hub.refusal("message.binding.put", Map.of("destinationName", "nowhere")))
        .isEqualTo("the exchange 'pipeforce.topic.default' or the queue 'nowhere' is not there");
    assertThat(hub.refusal("message.list", Map.of("queue", "nowhere")))
        .isEqualTo("there is no queue nowhere");
    assertThat(hub.refusal("message.list", Map.of("queue", QUEUE, "count", 101)))
        .isEqualTo("the parameter 'count' must be 1 to 100, was: 101");
  }

  @Test
  void messages_take_the_way_of_exchanges_and_bindings() throws Exception {
    put(Map.of());
    hub.answer("message.exchange.put", Map.of("exchange", EXCHANGE, "type", "fanout"));
    Map<String, Object> fromTopic =
        Map.of(
            "destinationName",
            EXCHANGE,
            "destinationType",
            "exchange",
            "routingKey",
            "way.*",
            "args",
            Map.of("note", 7));
    Map<String, Object> toQueue = Map.of("destinationName", QUEUE, "exchange", EXCHANGE);
    hub.answer("message.binding.put", fromTopic);
    hub.answer("message.binding.put", toQueue);

    hub.answer("event.send", Map.of("key", "way.a", "payload", "first"));
    assertThat(payloads(10)).containsExactly("first");

    hub.answer("message.binding.delete", fromTopic);
    hub.answer("event.send", Map.of("key", "way.b", "payload", "second"));
    assertThat(payloads(10)).containsExactly("first");
    assertThat(hub.refusal("message.binding.delete", fromTopic))
        .isEqualTo("there is no such binding of the exchange " + EXCHANGE);

    hub.answer("message.exchange.delete", Map.of("exchange", EXCHANGE));
    assertThat(hub.refusal("message.exchange.delete", Map.of("exchange", EXCHANGE)))
        .isEqualTo("there is no exchange " + EXCHANGE);
  }

  @Test
  void a_message_is_listed_with_all_that_tells_what_it_is() throws Exception {
    put(Map.of());
    hub.answer(
        "message.send",
        Map.of(
            "exchange",
            "",
            "key",
            QUEUE,
            "payload",
            "Grüße",
            "contentType",
            "text/x-greeting",
            "headers",
            Map.of("tenant", "acme")));

    JsonNode message = hub.answer("message.list", Map.of("queue", QUEUE, "truncate", 3)).path(0);
    assertThat(message.path("key").asString()).isEqualTo(QUEUE);
    assertThat(message.path("headers").path("tenant").asString()).isEqualTo("acme");
    assertThat(message.path("contentType").asString()).isEqualTo("text/x-greeting");
    assertThat(message.path("payload").asString()).as("without half a letter").isEqualTo("Gr");
    assertThat(message.path("length").asInt()).isEqualTo(7);
    assertThat(message.path("encoding").asString()).isEqualTo("UTF-8");

    hub.answer("message.queue.purge", Map.of("name", QUEUE));
    hub.answer(
        "message.send",
        Map.of("exchange", "", "key", QUEUE, "payload", "é", "encoding", "ISO-8859-1"));
    JsonNode octets = hub.answer("message.list", Map.of("queue", QUEUE)).path(0);
    assertThat(octets.path("encoding").asString()).isEqualTo("base64");
    assertThat(octets.path("payload").asString()).isEqualTo("6Q==");
  }

  @Test
  void looking_again_and_again_loses_nothing_and_keeps_the_order() throws Exception {
    // With the limit of the broker, which is 20 from RabbitMQ 4.0 on.
    put(Map.of("x-queue-type", "quorum"));
    List<String> all = List.of("1", "2", "3");
    for (String payload : all) {
      send(payload);
    }

    for (int i = 0; i < 15; i++) {
      await().untilAsserted(() -> assertThat(messages()).isEqualTo(3));
      assertThat(payloads(2)).containsExactly("1", "2");
    }
    for (int i = 0; i < 15; i++) {
      await().untilAsserted(() -> assertThat(messages()).isEqualTo(3));
      assertThat(payloads(3)).containsExactlyInAnyOrderElementsOf(all);
    }
  }

  private int messages() throws Exception {
    return hub.answer("message.queue.get", Map.of("name", QUEUE)).path("messages").asInt();
  }
}
