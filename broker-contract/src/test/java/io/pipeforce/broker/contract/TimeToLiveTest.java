package io.pipeforce.broker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import org.junit.jupiter.api.Test;

/** When messages expire. Where they go then is in {@link DeadLettersTest}. */
class TimeToLiveTest extends Contract {

  @Test
  void a_message_expires_by_the_limit_of_its_queue() throws Exception {
    String queue = queue("x-message-ttl", 100);
    send(queue, "1");

    awaitReady(queue, 0);

    assertThat(channel.basicGet(queue, true)).isNull();
  }

  @Test
  void a_message_expires_by_its_own_limit() throws Exception {
    String queue = queue();
    publish("", queue, expiring(100), "1");
    send(queue, "2");

    awaitReady(queue, 1);
    assertThat(take(queue)).isEqualTo("2");
  }

  @Test
  void the_shorter_of_both_limits_counts() throws Exception {
    String dead = queue();
    String shortQueue =
        queue(
            "x-message-ttl", 100, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    String longQueue =
        queue(
            "x-message-ttl",
            3600000,
            "x-dead-letter-exchange",
            "",
            "x-dead-letter-routing-key",
            dead);

    publish("", shortQueue, expiring(3600000), "by the queue");
    assertThat(take(dead)).isEqualTo("by the queue");
    publish("", longQueue, expiring(100), "by the message");
    assertThat(take(dead)).isEqualTo("by the message");
  }

  @Test
  void a_message_expires_only_at_the_head_of_a_classic_queue() throws Exception {
    String dead = queue();
    String queue = queue("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    publish("", queue, expiring(800), "first");
    publish("", queue, expiring(1), "second");

    GetResponse first = takeMessage(dead);
    GetResponse second = takeMessage(dead);

    assertThat(text(first)).isEqualTo("first");
    assertThat(text(second)).isEqualTo("second");
  }

  @Test
  void an_expiration_of_zero_still_reaches_a_waiting_consumer() throws Exception {
    String queue = queue();
    Inbox inbox = consume(channel, queue, true);

    publish("", queue, expiring(0), "hello");

    assertThat(inbox.next(1)).containsExactly("hello");
  }

  @Test
  void a_queue_that_keeps_nothing_still_serves_a_waiting_consumer() throws Exception {
    String queue = queue("x-message-ttl", 0);
    Inbox inbox = consume(channel, queue, true);

    send(queue, "hello");

    assertThat(inbox.next(1)).containsExactly("hello");
  }

  @Test
  void an_expiration_of_zero_without_a_consumer_drops_the_message() throws Exception {
    String queue = queue();

    publish("", queue, expiring(0), "1");
    send(queue, "2");

    assertThat(take(queue)).isEqualTo("2");
  }

  @Test
  void an_unacknowledged_message_does_not_expire() throws Exception {
    String dead = queue();
    String queue =
        queue(
            "x-message-ttl", 300, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    send(queue, "held");
    long tag = get(queue).getEnvelope().getDeliveryTag();
    send(queue, "let go");
    assertThat(take(dead)).isEqualTo("let go");

    channel.basicAck(tag, false);

    Channel other = newChannel();
    assertThat(other.queueDelete(queue).getMessageCount()).isZero();
    assertThat(ready(dead)).isZero();
  }

  @Test
  void a_requeued_message_that_is_overdue_expires_at_once() throws Exception {
    String dead = queue();
    String queue =
        queue(
            "x-message-ttl", 300, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    send(queue, "held");
    long tag = get(queue).getEnvelope().getDeliveryTag();
    send(queue, "clock");
    assertThat(take(dead)).isEqualTo("clock");

    channel.basicNack(tag, false, true);

    assertThat(take(dead)).isEqualTo("held");
  }

  @Test
  void a_message_of_a_quorum_queue_expires() throws Exception {
    String dead = queue();
    String queue =
        quorumQueue(
            "x-message-ttl", 200, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    send(queue, "1");

    assertThat(take(dead)).isEqualTo("1");
  }

  private static BasicProperties expiring(int milliseconds) {
    return new BasicProperties.Builder().expiration(Integer.toString(milliseconds)).build();
  }
}
