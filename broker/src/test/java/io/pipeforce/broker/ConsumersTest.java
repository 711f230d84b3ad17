package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.FieldTable;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumersTest extends BrokerTest {
  private static final Map<String, Object> SINGLE = Map.of("x-single-active-consumer", true);

  @Test
  void consumers_take_turns() throws Exception {
    queue("q");
    Inbox one = consume("q");
    Inbox two = consume("q");

    for (int i = 0; i < 10; i++) {
      publish("q", "m");
    }

    Awaitility.await()
        .atMost(SOON)
        .until(() -> one.deliveries.size() == 5 && two.deliveries.size() == 5);
  }

  @Test
  void a_consumer_of_higher_priority_gets_all_it_can_take() throws Exception {
    queue("q");
    channel.basicQos(3);
    Inbox low = consume("q");
    Inbox high = consume(channel, "q", false, Map.of("x-priority", 5));

    for (int i = 0; i < 5; i++) {
      publish("q", "m");
    }

    Awaitility.await()
        .atMost(SOON)
        .until(() -> high.deliveries.size() == 3 && low.deliveries.size() == 2);
  }

  @Test
  void a_priority_that_is_no_number_is_406() throws Exception {
    queue("q");

    assertThat(channelError(() -> consume(channel, "q", false, Map.of("x-priority", "high"))))
        .isEqualTo(
            "406 PRECONDITION_FAILED - invalid arg 'x-priority' for queue 'q' in vhost '/': \"expected integer, got longstr\"");
  }

  @Test
  void an_exclusive_consumer_tolerates_no_other() throws Exception {
    queue("q");
    channel.basicConsume("q", false, "mine", false, true, null, (_, _) -> {}, _ -> {});

    assertThat(closeOf(connection.createChannel(), () -> {}, "q"))
        .isEqualTo("403 ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use");
  }

  private String closeOf(Channel other, Action before, String queue) throws Exception {
    before.run();
    return closeOf(other, () -> consume(other, queue, false, Map.of()));
  }

  @Test
  void a_consumer_can_be_exclusive_only_when_it_is_the_first() throws Exception {
    queue("q");
    consume("q");

    assertThat(
            channelError(() ->
                channel.basicConsume("q", false, "", false, true, null, (_, _) -> {}, _ -> {})))
        .isEqualTo("403 ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void only_one_consumer_is_active_and_the_next_takes_its_place(boolean quorum) throws Exception {
    if (quorum) {
      quorum("q", SINGLE);
    } else {
      queue("q", SINGLE);
    }
    Inbox first = consume("q");
    Inbox second = consume("q");
    publish("q", "1");
    publish("q", "2");
    assertThat(first.nextBody()).isEqualTo("1");
    assertThat(first.nextBody()).isEqualTo("2");

    channel.basicCancel(first.tag);
    publish("q", "3");

    assertThat(second.nextBody()).isEqualTo("3");
    assertThat(second.deliveries).isEmpty();
  }

  @Test
  void a_single_active_consumer_of_a_quorum_queue_yields_to_a_higher_one_when_it_is_done()
      throws Exception {
    quorum("q", SINGLE);
    Inbox low = consume("q");
    publish("q", "1");
    Delivery held = low.next();
    Inbox high = consume(channel, "q", false, Map.of("x-priority", 10));
    publish("q", "2");
    awaitReady("q", 1);
    assertThat(high.deliveries).isEmpty();

    channel.basicAck(held.getEnvelope().getDeliveryTag(), false);

    assertThat(high.nextBody()).isEqualTo("2");
    assertThat(low.deliveries).isEmpty();
  }

  @Test
  void a_quorum_queue_with_a_single_active_consumer_has_no_get() throws Exception {
    quorum("q", SINGLE);

    assertThat(channelError(() -> channel.basicGet("q", true)))
        .startsWith("405 RESOURCE_LOCKED - cannot obtain access to locked queue 'q' in vhost '/'.");
  }

  @Test
  void consumers_hear_that_their_queue_was_deleted() throws Exception {
    queue("q");
    Inbox inbox = consume("q");

    connection.createChannel().queueDelete("q");

    assertThat(inbox.cancelled.poll(SOON.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS))
        .isEqualTo(inbox.tag);
  }

  @Test
  void a_client_that_does_not_know_cancel_notifications_gets_none() throws Exception {
    ConnectionFactory factory = factory();
    Map<String, Object> properties = new HashMap<>(factory.getClientProperties());
    properties.remove("capabilities");
    factory.setClientProperties(properties);
    try (Connection old = factory.newConnection()) {
      Channel oldChannel = old.createChannel();
      queue("q");
      Inbox inbox = consume(oldChannel, "q", false, Map.of());
      channel.queueDelete("q");

      // The answer to this comes behind a cancel, had there been one.
      oldChannel.queueDeclare();

      assertThat(inbox.cancelled).isEmpty();
    }
  }

  @Test
  void no_message_follows_the_end_of_a_consumer() throws Exception {
    queue("q");
    Inbox inbox = consume("q");
    publish("q", "1");
    inbox.next();
    channel.basicCancel(inbox.tag);

    publish("q", "2");
    awaitReady("q", 1);

    assertThat(inbox.deliveries).isEmpty();
  }

  @Test
  void cancelling_an_unknown_tag_does_no_harm() throws Exception {
    AMQP.Basic.CancelOk answer =
        (AMQP.Basic.CancelOk)
            channel.rpc(new AMQP.Basic.Cancel.Builder().consumerTag("nobody").build()).getMethod();

    assertThat(answer.getConsumerTag()).isEqualTo("nobody");
  }

  @Test
  void a_tag_used_twice_ends_the_connection_with_530() throws Exception {
    queue("q");
    channel.basicConsume("q", false, "t", (_, _) -> {}, _ -> {});

    assertThat(
            channelError(() ->
                channel.rpc(new AMQP.Basic.Consume.Builder().queue("q").consumerTag("t").build())))
        .isEqualTo("connection 530 NOT_ALLOWED - attempt to reuse consumer tag 't'");
  }

  @Test
  void consuming_from_a_missing_queue_is_404() throws Exception {
    assertThat(channelError(() -> consume("nowhere")))
        .isEqualTo("404 NOT_FOUND - no queue 'nowhere' in vhost '/'");
  }

  @Test
  void a_consumer_that_reads_nothing_does_not_keep_messages_from_another() throws Exception {
    queue("q");
    byte[] large = new byte[100_000];
    try (RawClient stuck = RawClient.open(broker).withChannel(1)) {
      stuck.send(
          1, new BasicMethod.Consume("q", "stuck", false, true, false, false, FieldTable.EMPTY));
      stuck.expect(BasicMethod.ConsumeOk.class);
      for (int i = 0; i < 300; i++) {
        channel.basicPublish("", "q", PLAIN, large);
      }

      Inbox healthy = consume(channel, "q", true, Map.of());

      for (int i = 0; i < 20; i++) {
        healthy.next();
      }
    }
  }
}
