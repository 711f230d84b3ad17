package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumQueuesTest extends BrokerTest {
  @ParameterizedTest
  @CsvSource({
    "false, false, false, non-durable",
    "true, true, false, exclusive-owner",
    "true, false, true, auto-delete"
  })
  void a_quorum_queue_is_durable_and_for_all(
      boolean durable, boolean exclusive, boolean autoDelete, String property) throws Exception {
    assertThat(
            channelError(() ->
                channel.queueDeclare(
                    "q", durable, exclusive, autoDelete, Map.of("x-queue-type", "quorum"))))
        .isEqualTo(
            "406 PRECONDITION_FAILED - invalid property '%s' for queue 'q' in vhost '/'"
                .formatted(property));
  }

  @Test
  void a_quorum_queue_knows_no_priorities_by_argument() throws Exception {
    assertThat(channelError(() -> quorum("q", Map.of("x-max-priority", 5))))
        .isEqualTo(
            "406 PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'q' in vhost '/' of queue type rabbit_quorum_queue");
  }

  @Test
  void a_classic_queue_knows_no_delivery_limit() throws Exception {
    assertThat(channelError(() -> queue("q", Map.of("x-delivery-limit", 5))))
        .isEqualTo(
            "406 PRECONDITION_FAILED - invalid arg 'x-delivery-limit' for queue 'q' in vhost '/' of queue type rabbit_classic_queue");
  }

  @Test
  void a_quorum_queue_must_have_a_name() throws Exception {
    assertThat(channelError(() -> quorum("", Map.of())))
        .isEqualTo(
            "406 PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_quorum_queue");
  }

  @Test
  void a_delivery_tells_how_often_it_was_tried_before() throws Exception {
    quorum("q", Map.of());
    publish("q", "m");
    Inbox inbox = consume("q");
    Delivery first = inbox.next();
    assertThat(first.getProperties().getHeaders()).isNull();

    channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);

    Delivery second = inbox.next();
    assertThat(second.getProperties().getHeaders()).containsEntry("x-delivery-count", 1L);
    assertThat(second.getEnvelope().isRedeliver()).isTrue();
  }

  private int timesDelivered(String queue) throws Exception {
    publish(queue, "m");
    awaitReady(queue, 1);
    int times = 0;
    for (GetResponse got = channel.basicGet(queue, false);
        got != null && times < 30;
        got = channel.basicGet(queue, false)) {
      times++;
      channel.basicNack(got.getEnvelope().getDeliveryTag(), false, true);
    }
    return times;
  }

  @Test
  void twenty_one_deliveries_are_the_most_unless_told_otherwise() throws Exception {
    quorum("q", Map.of());

    assertThat(timesDelivered("q")).isEqualTo(21);
  }

  @Test
  void a_limit_of_minus_one_is_none() throws Exception {
    quorum("q", Map.of("x-delivery-limit", -1));

    assertThat(timesDelivered("q")).isEqualTo(30);
  }

  @Test
  void what_comes_back_goes_to_the_head() throws Exception {
    quorum("q", Map.of());
    publish("q", "1");
    publish("q", "2");
    awaitReady("q", 2);
    long tag = channel.basicGet("q", false).getEnvelope().getDeliveryTag();

    channel.basicNack(tag, false, true);

    assertThat(body(get("q"))).isEqualTo("1");
    assertThat(body(get("q"))).isEqualTo("2");
  }

  @Test
  void a_lost_channel_counts_as_a_delivery() throws Exception {
    quorum("q", Map.of());
    publish("q", "m");
    awaitReady("q", 1);
    channel.basicGet("q", false);
    channel.close();

    channel = connection.createChannel();

    assertThat(get("q").getProps().getHeaders()).containsEntry("x-delivery-count", 1L);
  }

  @Test
  void a_global_prefetch_is_540() throws Exception {
    quorum("q", Map.of());
    channel.basicQos(5, true);

    assertThat(channelError(() -> consume("q")))
        .isEqualTo(
            "connection 540 NOT_IMPLEMENTED - queue 'q' in vhost '/' does not support global qos");
  }

  @Test
  void a_ttl_and_a_strategy_are_accepted() throws Exception {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("x-message-ttl", 60_000);
    arguments.put("x-dead-letter-exchange", "");
    arguments.put("x-dead-letter-strategy", "at-least-once");
    arguments.put("x-overflow", "reject-publish");
    arguments.put("x-quorum-initial-group-size", 1);

    assertThat(quorum("q", arguments)).isEqualTo("q");
  }
}
