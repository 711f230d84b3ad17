package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker with a data folder knows after it was closed and started again. */
class DurabilityTest extends BrokerTest {
  private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");

  @TempDir Path data;

  @Override
  BrokerOptions options() {
    return BrokerOptions.local().withData(data);
  }

  private void restart() throws Exception {
    connection.abort();
    broker.close();
    start();
  }

  private String durable(String name, Map<String, Object> arguments) throws IOException {
    return channel.queueDeclare(name, true, false, false, arguments).getQueue();
  }

  private void keep(String exchange, String key, String... bodies) throws Exception {
    channel.confirmSelect();
    for (String body : bodies) {
      channel.basicPublish(
          exchange, key, MessageProperties.PERSISTENT_BASIC, body.getBytes(StandardCharsets.UTF_8));
    }
    channel.waitForConfirmsOrDie(SOON.toMillis());
  }

  private List<String> drained(String queue) throws IOException {
    List<String> bodies = new ArrayList<>();
    for (GetResponse next = channel.basicGet(queue, true);
        next != null;
        next = channel.basicGet(queue, true)) {
      bodies.add(new String(next.getBody(), StandardCharsets.UTF_8));
    }
    return bodies;
  }

  @Test
  void durable_queues_exchanges_and_bindings_come_back() throws Exception {
    durable("orders", Map.of("x-max-length", 7));
    channel.exchangeDeclare("in", BuiltinExchangeType.TOPIC, true);
    channel.exchangeDeclare("behind", BuiltinExchangeType.FANOUT, true);
    channel.exchangeBind("behind", "in", "order.#");
    channel.queueBind("orders", "behind", "", Map.of("note", 1));

    restart();

    keep("in", "order.new", "a");
    assertThat(drained("orders")).containsExactly("a");
    durable("orders", Map.of("x-max-length", 7));
    assertThatThrownBy(() -> durable("orders", Map.of("x-max-length", 8)))
        .hasRootCauseInstanceOf(ShutdownSignalException.class)
        .hasStackTraceContaining("inequivalent arg 'x-max-length'");
  }

  @Test
  void what_is_not_durable_is_gone() throws Exception {
    queue("transient");
    durable("durable", Map.of());
    channel.exchangeDeclare("transient", BuiltinExchangeType.FANOUT, false);
    channel.queueBind("durable", "transient", "");
    channel.queueBind("durable", "amq.topic", "stays");
    channel.queueBind("transient", "amq.topic", "goes");
    publish("durable", "in memory");
    publish("transient", "in memory");

    restart();

    keep("amq.topic", "goes", "nobody's");
    keep("amq.topic", "stays", "kept");
    assertThat(drained("durable")).containsExactly("kept");
    Channel other = connection.createChannel();
    assertThatThrownBy(() -> other.queueDeclarePassive("transient"))
        .hasStackTraceContaining("no queue 'transient'");
    assertThatThrownBy(() -> channel.exchangeDeclarePassive("transient"))
        .hasStackTraceContaining("no exchange 'transient'");
  }

  @Test
  void persistent_messages_come_back_in_their_order() throws Exception {
    durable("classic", Map.of());
    durable("quorum", QUORUM);
    for (String queue : List.of("classic", "quorum")) {
      keep("", queue, "1", "2", "3", "4");
      GetResponse first = channel.basicGet(queue, false);
      GetResponse second = channel.basicGet(queue, false);
      channel.basicAck(second.getEnvelope().getDeliveryTag(), false);
      assertThat(first.getBody()).asString().isEqualTo("1");
    }

    restart();

    for (String queue : List.of("classic", "quorum")) {
      assertThat(channel.basicGet(queue, true).getEnvelope().isRedeliver()).isTrue();
      assertThat(channel.basicGet(queue, false).getEnvelope().isRedeliver()).isFalse();
      assertThat(drained(queue)).containsExactly("4");
    }
  }

  @Test
  void a_quorum_queue_keeps_every_message_and_counts_on() throws Exception {
    durable("quorum", QUORUM);
    publish("quorum", "not persistent");
    channel.confirmSelect();
    for (int i = 1; i <= 3; i++) {
      await().until(() -> channel.basicGet("quorum", false) != null);
      restart();
    }
    GetResponse response = channel.basicGet("quorum", true);
    assertThat(response.getBody()).asString().isEqualTo("not persistent");
    assertThat(response.getProps().getHeaders()).containsEntry("x-delivery-count", 3L);
  }

  @Test
  void a_message_comes_back_as_it_was() throws Exception {
    durable("dead", Map.of());
    durable("source", Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead"));
    channel.confirmSelect();
    channel.queueBind("source", "amq.direct", "source");
    channel.basicPublish(
        "amq.direct",
        "source",
        MessageProperties.PERSISTENT_TEXT_PLAIN
            .builder()
            .headers(Map.of("CC", List.of("elsewhere"), "n", 5))
            .messageId("m1")
            .build(),
        "body".getBytes(StandardCharsets.UTF_8));
    channel.waitForConfirmsOrDie(SOON.toMillis());
    channel.basicReject(channel.basicGet("source", false).getEnvelope().getDeliveryTag(), false);
    await().until(() -> channel.messageCount("dead") == 1);
    GetResponse before = channel.basicGet("dead", false);

    restart();

    GetResponse after = channel.basicGet("dead", false);
    assertThat(after.getProps()).hasToString(before.getProps().toString());
    assertThat(after.getBody()).asString().isEqualTo("body");
    assertThat(after.getEnvelope().getRoutingKey()).isEqualTo(before.getEnvelope().getRoutingKey());
  }

  @Test
  void time_goes_on_while_no_broker_runs() throws Exception {
    durable("short", Map.of("x-message-ttl", 500));
    durable("long", Map.of("x-message-ttl", 3_600_000));
    keep("", "short", "a");
    keep("", "long", "b");

    restart();

    await().atMost(SOON).until(() -> channel.messageCount("short") == 0);
    assertThat(drained("long")).containsExactly("b");
  }

  @Test
  void what_was_deleted_stays_deleted() throws Exception {
    durable("deleted", Map.of());
    durable("purged", Map.of());
    durable("unbound", Map.of());
    channel.queueBind("unbound", "amq.fanout", "");
    channel.exchangeDeclare("gone", BuiltinExchangeType.FANOUT, true);
    keep("", "deleted", "a");
    keep("", "purged", "b");
    channel.queueDelete("deleted");
    channel.queuePurge("purged");
    channel.queueUnbind("unbound", "amq.fanout", "");
    channel.exchangeDelete("gone");

    restart();

    durable("deleted", QUORUM);
    assertThat(drained("deleted")).isEmpty();
    assertThat(drained("purged")).isEmpty();
    keep("amq.fanout", "", "c");
    assertThat(drained("unbound")).isEmpty();
    channel.exchangeDeclare("gone", BuiltinExchangeType.TOPIC, true);
  }

  @Test
  void a_committed_transaction_comes_back() throws Exception {
    durable("orders", Map.of());
    channel.txSelect();
    channel.basicPublish("", "orders", MessageProperties.PERSISTENT_BASIC, new byte[] {1});
    channel.txCommit();
    channel.basicPublish("", "orders", MessageProperties.PERSISTENT_BASIC, new byte[] {2});

    restart();

    assertThat(channel.basicGet("orders", true).getBody()).containsExactly(1);
    assertThat(channel.basicGet("orders", true)).isNull();
  }

  @Test
  void a_folder_belongs_to_one_broker_at_a_time() {
    assertThatThrownBy(() -> Broker.start(options()))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining(data.toString())
        .hasMessageContaining("another broker uses it; stop that one, or choose another folder");
  }

  @Test
  void a_folder_that_holds_something_else_is_refused() throws Exception {
    Path other = Files.createDirectory(data.resolve("other"));
    Files.write(other.resolve("broker.mv"), new byte[10_000]);
    assertThatThrownBy(() -> Broker.start(BrokerOptions.local().withData(other)))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining("move broker.mv away");
    Path file = Files.createFile(data.resolve("file"));
    assertThatThrownBy(() -> Broker.start(BrokerOptions.local().withData(file)))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining("choose one that can be written");
  }
}
