package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import org.junit.jupiter.api.Test;

/** Ack, nack and reject, and what comes back. */
class AcknowledgementsTest extends Contract {

  @Test
  void getting_from_an_empty_queue_tells_so() throws Exception {
    assertThat(channel.basicGet(queue(), true)).isNull();
  }

  @Test
  void getting_from_a_missing_queue_is_not_found() throws Exception {
    String missing = name("missing");

    assertThat(refused(() -> channel.basicGet(missing, true)))
        .isEqualTo(channel(404, "NOT_FOUND - no queue '" + missing + "' in vhost '/'"));
  }

  @Test
  void getting_tells_how_many_messages_are_left() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");

    assertThat(get(queue).getMessageCount()).isEqualTo(2);
    assertThat(get(queue).getMessageCount()).isEqualTo(1);
    assertThat(get(queue).getMessageCount()).isZero();
  }

  @Test
  void an_acknowledged_message_is_gone() throws Exception {
    String queue = queue();
    send(queue, "1");
    Channel other = newChannel();
    other.basicAck(other.basicGet(queue, false).getEnvelope().getDeliveryTag(), false);
    other.close();

    assertThat(channel.queueDelete(queue).getMessageCount()).isZero();
  }

  @Test
  void an_unacknowledged_message_returns_to_its_place_when_the_channel_closes() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");
    Channel other = newChannel();
    other.basicGet(queue, false);
    other.basicGet(queue, false);
    other.close();

    awaitReady(queue, 3);
    GetResponse first = takeMessage(queue);
    assertThat(text(first)).isEqualTo("1");
    assertThat(first.getEnvelope().isRedeliver()).isTrue();
    assertThat(take(queue)).isEqualTo("2");
    GetResponse third = takeMessage(queue);
    assertThat(text(third)).isEqualTo("3");
    assertThat(third.getEnvelope().isRedeliver()).isFalse();
  }

  @Test
  void an_unacknowledged_message_returns_when_the_connection_breaks() throws Exception {
    String queue = queue();
    send(queue, "1");
    Connection breaking = newConnection();
    breaking.createChannel().basicGet(queue, false);

    breaking.abort();

    GetResponse message = takeMessage(queue);
    assertThat(text(message)).isEqualTo("1");
    assertThat(message.getEnvelope().isRedeliver()).isTrue();
  }

  @Test
  void a_multiple_ack_covers_everything_up_to_its_tag() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");
    Channel other = newChannel();
    other.basicGet(queue, false);
    long second = other.basicGet(queue, false).getEnvelope().getDeliveryTag();
    other.basicGet(queue, false);

    other.basicAck(second, true);
    other.close();

    awaitReady(queue, 1);
    assertThat(take(queue)).isEqualTo("3");
  }

  @Test
  void a_multiple_ack_of_tag_0_covers_everything() throws Exception {
    String queue = queue();
    send(queue, "1", "2");
    Channel other = newChannel();
    other.basicGet(queue, false);
    other.basicGet(queue, false);

    other.basicAck(0, true);
    other.close();

    assertThat(channel.queueDelete(queue).getMessageCount()).isZero();
  }

  @Test
  void a_multiple_ack_of_tag_0_with_nothing_open_succeeds() throws Exception {
    channel.basicAck(0, true);

    assertThat(channel.queueDeclare().getQueue()).isNotEmpty();
  }

  @Test
  void an_unknown_tag_closes_the_channel() throws Exception {
    assertThat(refused(() -> channel.basicAck(7, false)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 7"));
    Channel second = newChannel();
    assertThat(closeOf(second, () -> second.basicAck(7, true)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 7"));
    Channel third = newChannel();
    assertThat(closeOf(third, () -> third.basicNack(7, false, true)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 7"));
    Channel fourth = newChannel();
    assertThat(closeOf(fourth, () -> fourth.basicReject(7, true)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 7"));
    Channel fifth = newChannel();
    assertThat(closeOf(fifth, () -> fifth.basicAck(0, false)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 0"));
  }

  @Test
  void acknowledging_twice_closes_the_channel_and_gives_back_the_rest() throws Exception {
    String queue = queue();
    send(queue, "1", "2");
    long tag = get(queue).getEnvelope().getDeliveryTag();
    get(queue);
    channel.basicAck(tag, false);

    assertThat(refused(() -> channel.basicAck(tag, false)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag " + tag));

    channel = newChannel();
    assertThat(take(queue)).isEqualTo("2");
  }

  @Test
  void the_tag_of_an_automatically_acknowledged_message_is_unknown() throws Exception {
    String queue = queue();
    send(queue, "1");
    long tag = takeMessage(queue).getEnvelope().getDeliveryTag();

    assertThat(refused(() -> channel.basicAck(tag, false)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag " + tag));
  }

  @Test
  void a_requeued_message_returns_to_its_place() throws Exception {
    String queue = queue();
    send(queue, "1", "2");
    long tag = get(queue).getEnvelope().getDeliveryTag();

    channel.basicNack(tag, false, true);

    GetResponse again = get(queue);
    assertThat(text(again)).isEqualTo("1");
    assertThat(again.getEnvelope().isRedeliver()).isTrue();
  }

  @Test
  void several_requeued_messages_return_in_their_order() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3", "4");
    get(queue);
    get(queue);
    long third = get(queue).getEnvelope().getDeliveryTag();

    channel.basicNack(third, true, true);

    awaitReady(queue, 4);
    assertThat(take(queue)).isEqualTo("1");
    assertThat(take(queue)).isEqualTo("2");
    assertThat(take(queue)).isEqualTo("3");
    assertThat(take(queue)).isEqualTo("4");
  }

  @Test
  void rejecting_with_requeue_gives_the_message_back() throws Exception {
    String queue = queue();
    send(queue, "1");
    channel.basicReject(get(queue).getEnvelope().getDeliveryTag(), true);

    assertThat(get(queue).getEnvelope().isRedeliver()).isTrue();
  }

  @Test
  void rejecting_without_requeue_drops_the_message() throws Exception {
    String queue = queue();
    send(queue, "1", "2");
    channel.basicReject(get(queue).getEnvelope().getDeliveryTag(), false);

    assertThat(take(queue)).isEqualTo("2");
    assertThat(channel.basicGet(queue, true)).isNull();
  }

  @Test
  void nacking_several_without_requeue_drops_them() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");
    get(queue);
    long second = get(queue).getEnvelope().getDeliveryTag();

    channel.basicNack(second, true, false);

    assertThat(take(queue)).isEqualTo("3");
    assertThat(channel.queueDelete(queue).getMessageCount()).isZero();
  }

  @Test
  void a_consumer_gets_its_requeued_message_again() throws Exception {
    String queue = queue();
    Inbox inbox = consume(queue);
    send(queue, "1");
    Delivery first = inbox.next();

    channel.basicReject(first.getEnvelope().getDeliveryTag(), true);

    Delivery second = inbox.next();
    assertThat(Inbox.text(second)).isEqualTo("1");
    assertThat(second.getEnvelope().isRedeliver()).isTrue();
    assertThat(second.getEnvelope().getDeliveryTag())
        .isEqualTo(first.getEnvelope().getDeliveryTag() + 1);
  }

  @Test
  void an_acknowledgement_of_a_deleted_queue_does_no_harm() throws Exception {
    String queue = queue();
    send(queue, "1");
    long tag = get(queue).getEnvelope().getDeliveryTag();
    channel.queueDelete(queue);

    channel.basicAck(tag, false);

    assertThat(channel.queueDeclare().getQueue()).isNotEmpty();
  }

  @Test
  void tag_0_alone_is_unknown() throws Exception {
    assertThat(refused(() -> channel.basicAck(0, false)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 0"));
    Channel second = newChannel();
    assertThat(closeOf(second, () -> second.basicReject(0, true)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 0"));
  }

  @Test
  void nacking_everything_with_nothing_open_succeeds() throws Exception {
    channel.basicNack(0, true, true);

    assertThat(channel.queueDeclare().getQueue()).isNotEmpty();
  }

  @Test
  void a_multiple_ack_above_the_last_tag_covers_nothing() throws Exception {
    String queue = queue();
    send(queue, "1");
    get(queue);

    assertThat(refused(() -> channel.basicAck(5, true)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 5"));
    channel = newChannel();
    awaitReady(queue, 1);
  }

  @Test
  void a_multiple_ack_below_what_is_open_covers_nothing() throws Exception {
    String queue = queue();
    send(queue, "1", "2");
    get(queue);
    long second = get(queue).getEnvelope().getDeliveryTag();
    channel.basicAck(second, true);

    assertThat(refused(() -> channel.basicAck(second - 1, true)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag " + (second - 1)));
  }

  @Test
  void the_largest_tag_is_written_without_a_sign() throws Exception {
    assertThat(refused(() -> channel.basicAck(-1, false)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 18446744073709551615"));
  }
}
