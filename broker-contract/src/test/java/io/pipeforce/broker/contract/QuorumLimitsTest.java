package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.connection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where quorum queues are not as strict as classic ones, and where they are stricter. */
class QuorumLimitsTest extends Contract {

  private Channel publisher;

  @BeforeEach
  void open_a_channel_that_hears_of_refusals() throws Exception {
    publisher = newChannel();
    publisher.confirmSelect();
  }

  @Test
  void a_quorum_queue_refuses_only_when_it_has_more_than_its_length() throws Exception {
    String queue = quorumQueue("x-max-length", 3, "x-overflow", "reject-publish");

    // the publisher's channel hears of it a moment later
    assertThat(publishUntilRefused(queue)).isBetween(4, 6);
  }

  @Test
  void a_quorum_queue_refuses_only_when_it_has_more_than_its_bytes() throws Exception {
    String queue = quorumQueue("x-max-length-bytes", 100, "x-overflow", "reject-publish");

    assertThat(publishUntilRefused(queue)).isBetween(3, 5);
  }

  @Test
  void a_publisher_that_was_refused_is_heard_again_when_a_fifth_of_the_queue_is_free()
      throws Exception {
    String queue = quorumQueue("x-max-length", 10, "x-overflow", "reject-publish");
    int left = publishUntilRefused(queue);

    while (left > 9) {
      take(queue);
      awaitReady(queue, --left);
      assertThat(isTaken(queue)).as("with %d messages", left).isFalse();
    }
    take(queue);
    await().atMost(PATIENCE).until(() -> isTaken(queue));
  }

  @Test
  void what_is_unacknowledged_makes_room_in_a_quorum_queue() throws Exception {
    String queue = quorumQueue("x-max-length", 3, "x-overflow", "reject-publish");
    int count = publishUntilRefused(queue);

    for (int i = 0; i < count; i++) {
      get(queue);
    }

    await().atMost(PATIENCE).until(() -> isTaken(queue));
  }

  /** Answers how many messages the queue took, one after the other. */
  private int publishUntilRefused(String queue) throws Exception {
    int taken = 0;
    while (isTaken(queue)) {
      taken++;
    }
    awaitReady(queue, taken);
    return taken;
  }

  private boolean isTaken(String queue) throws Exception {
    publisher.basicPublish("", queue, null, new byte[40]);
    return publisher.waitForConfirms(PATIENCE.toMillis());
  }

  @Test
  void a_quorum_queue_is_deleted_on_no_condition() throws Exception {
    String queue = quorumQueue();

    assertThat(refusedDelete(queue, true, false)).isEqualTo(notSupported(queue, "if-unused"));
    assertThat(refusedDelete(queue, false, true)).isEqualTo(notSupported(queue, "if-empty"));
    assertThat(refusedDelete(queue, true, true)).isEqualTo(notSupported(queue, "if-unused"));
    assertThat(ready(queue)).isZero();
  }

  private Close refusedDelete(String queue, boolean ifUnused, boolean ifEmpty) throws Exception {
    Channel own = on(newConnection());
    return closeOf(own, () -> own.queueDelete(queue, ifUnused, ifEmpty));
  }

  private static Close notSupported(String queue, String flag) {
    return connection(
        540,
        "NOT_IMPLEMENTED - cannot delete queue '%s' in vhost '/'. queue.delete operations with %s flag set are not supported by quorum queues"
            .formatted(queue, flag));
  }

  @Test
  @Differs(
      on310 = "the dead letter begins anew",
      on43 = "the returns to the first queue count as well")
  void a_rejected_dead_letter_tells_the_next_quorum_queue_how_often_it_was_rejected()
      throws Exception {
    String dead = quorumQueue();
    String queue = quorumQueue("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    send(queue, "1");

    channel.basicReject(get(queue).getEnvelope().getDeliveryTag(), true);
    GetResponse again = get(queue);
    assertThat(again.getProps().getHeaders()).containsEntry("x-delivery-count", 1L);
    channel.basicReject(again.getEnvelope().getDeliveryTag(), false);

    GetResponse letter = get(dead);
    assertThat(letter.getEnvelope().isRedeliver()).isTrue();
    assertThat(letter.getProps().getHeaders()).containsEntry("x-delivery-count", 1L);
  }

  @Test
  @Differs(on310 = "it begins anew each time")
  void a_message_that_comes_back_to_its_quorum_queue_counts_its_rejections() throws Exception {
    String delay = name("delay");
    String queue = quorumQueue("x-dead-letter-exchange", "", "x-dead-letter-routing-key", delay);
    channel.queueDeclare(
        delay,
        true,
        false,
        false,
        arguments(
            "x-queue-type",
            "quorum",
            "x-message-ttl",
            50,
            "x-dead-letter-exchange",
            "",
            "x-dead-letter-routing-key",
            queue));
    send(queue, "1");

    channel.basicReject(get(queue).getEnvelope().getDeliveryTag(), false);
    GetResponse second = get(queue);
    assertThat(second.getEnvelope().isRedeliver()).isTrue();
    assertThat(second.getProps().getHeaders()).containsEntry("x-delivery-count", 1L);
    channel.basicReject(second.getEnvelope().getDeliveryTag(), false);
    GetResponse third = get(queue);
    assertThat(third.getProps().getHeaders()).containsEntry("x-delivery-count", 2L);
  }

  @Test
  void rejections_on_the_way_do_not_count_towards_the_delivery_limit() throws Exception {
    String queue = name("quorum");
    channel.queueDeclare(
        queue,
        true,
        false,
        false,
        arguments(
            "x-queue-type",
            "quorum",
            "x-delivery-limit",
            1,
            "x-dead-letter-exchange",
            "",
            "x-dead-letter-routing-key",
            queue));
    send(queue, "1");

    for (int i = 0; i < 4; i++) {
      channel.basicReject(get(queue).getEnvelope().getDeliveryTag(), false);
    }
    assertThat(take(queue)).isEqualTo("1");
  }

  @Test
  void a_dead_letter_that_expired_begins_anew_in_the_next_quorum_queue() throws Exception {
    String dead = quorumQueue();
    String queue =
        quorumQueue(
            "x-message-ttl", 50, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    send(queue, "1");

    GetResponse letter = get(dead);
    assertThat(letter.getEnvelope().isRedeliver()).isFalse();
    assertThat(letter.getProps().getHeaders().getOrDefault("x-delivery-count", 0L)).isEqualTo(0L);
  }
}
