package io.pipeforce.broker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Queues with a limit of messages or bytes, and queues with priorities. */
class MaxLengthTest extends Contract {

  @Test
  void the_oldest_messages_are_dropped() throws Exception {
    String queue = queue("x-max-length", 2);

    send(queue, "1", "2", "3", "4");

    assertThat(ready(queue)).isEqualTo(2);
    assertThat(List.of(take(queue), take(queue))).containsExactly("3", "4");
  }

  @Test
  void the_oldest_messages_are_dropped_until_the_bytes_fit() throws Exception {
    String queue = queue("x-max-length-bytes", 10);

    send(queue, "1234", "5678", "90ab");

    assertThat(ready(queue)).isEqualTo(2);
    assertThat(take(queue)).isEqualTo("5678");
  }

  @Test
  void the_oldest_messages_of_a_quorum_queue_are_dropped() throws Exception {
    String queue = quorumQueue("x-max-length", 2);

    send(queue, "1", "2", "3", "4");

    awaitReady(queue, 2);
    assertThat(List.of(take(queue), take(queue))).containsExactly("3", "4");
  }

  @Test
  void only_ready_messages_count() throws Exception {
    String queue = queue("x-max-length", 1);
    send(queue, "1");
    get(queue);

    send(queue, "2");
    channel.basicRecover(true);
    awaitReady(queue, 1);

    assertThat(take(queue)).isEqualTo("2");
  }

  @Test
  void a_limit_of_zero_still_serves_a_waiting_consumer() throws Exception {
    String queue = queue("x-max-length", 0);
    Inbox inbox = consume(channel, queue, true);

    send(queue, "hello");

    assertThat(inbox.next(1)).containsExactly("hello");
  }

  @Test
  void a_rejected_publish_is_dead_lettered_if_asked_for() throws Exception {
    String dead = queue();
    String queue =
        queue(
            "x-max-length",
            1,
            "x-overflow",
            "reject-publish-dlx",
            "x-dead-letter-exchange",
            "",
            "x-dead-letter-routing-key",
            dead);
    send(queue, "kept");

    channel.basicPublish("", queue, null, "refused".getBytes(UTF_8));

    assertThat(take(dead)).isEqualTo("refused");
    assertThat(take(queue)).isEqualTo("kept");
  }

  @Test
  void messages_of_higher_priority_come_first() throws Exception {
    String queue = queue("x-max-priority", 5);
    publish("", queue, priority(1), "low 1");
    publish("", queue, priority(5), "high 1");
    send(queue, "none");
    publish("", queue, priority(1), "low 2");
    publish("", queue, priority(9), "above the maximum");

    assertThat(List.of(take(queue), take(queue), take(queue), take(queue), take(queue)))
        .containsExactly("high 1", "above the maximum", "low 1", "low 2", "none");
  }

  @Test
  void without_a_maximum_the_priority_is_ignored() throws Exception {
    String queue = queue();
    publish("", queue, priority(1), "first");
    publish("", queue, priority(9), "second");

    assertThat(List.of(take(queue), take(queue))).containsExactly("first", "second");
  }

  @Test
  void a_full_queue_of_priorities_drops_the_most_important() throws Exception {
    String queue = queue("x-max-priority", 5, "x-max-length", 2);
    publish("", queue, priority(5), "high");
    publish("", queue, priority(1), "low");
    publish("", queue, priority(3), "middle");

    assertThat(List.of(take(queue), take(queue))).containsExactly("middle", "low");
  }

  @Test
  void a_requeued_message_keeps_its_priority() throws Exception {
    String queue = queue("x-max-priority", 5);
    publish("", queue, priority(5), "high");
    publish("", queue, priority(1), "low");
    Channel other = newChannel();
    other.basicNack(other.basicGet(queue, false).getEnvelope().getDeliveryTag(), false, true);

    assertThat(List.of(take(queue), take(queue))).containsExactly("high", "low");
  }

  private static BasicProperties priority(int priority) {
    return properties().builder().priority(priority).build();
  }

  @Test
  void of_a_message_that_is_too_long_and_too_old_the_length_is_told() throws Exception {
    String dead = queue();
    String queue =
        queue(
            "x-max-length",
            0,
            "x-message-ttl",
            0,
            "x-dead-letter-exchange",
            "",
            "x-dead-letter-routing-key",
            dead);
    send(queue, "1");

    assertThat(takeMessage(dead).getProps().getHeaders().get("x-first-death-reason"))
        .hasToString("maxlen");
  }
}
