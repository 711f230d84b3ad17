package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static io.pipeforce.broker.contract.Close.connection;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Starting and ending consumers, and who gets what. */
class ConsumersTest extends Contract {

  @Test
  void a_consumer_without_a_tag_gets_one_from_the_broker() throws Exception {
    String queue = queue();

    String tag = channel.basicConsume(queue, new Inbox(channel));

    assertThat(tag).matches("amq\\.ctag-[A-Za-z0-9_-]{22}");
  }

  @Test
  void a_delivery_tells_where_it_comes_from() throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    channel.queueBind(queue, exchange, "#");
    Inbox inbox = new Inbox(channel);
    String tag = channel.basicConsume(queue, true, "my-tag", inbox);

    publish(exchange, "order.new", "hello");

    Delivery delivery = inbox.next();
    assertThat(delivery.getEnvelope().getExchange()).isEqualTo(exchange);
    assertThat(delivery.getEnvelope().getRoutingKey()).isEqualTo("order.new");
    assertThat(delivery.getEnvelope().getDeliveryTag()).isEqualTo(1);
    assertThat(delivery.getEnvelope().isRedeliver()).isFalse();
    assertThat(tag).isEqualTo("my-tag");
  }

  @Test
  void delivery_tags_count_per_channel() throws Exception {
    String one = queue();
    String two = queue();
    send(one, "1");
    send(two, "2");
    String three = queue();
    send(three, "3");

    assertThat(get(one).getEnvelope().getDeliveryTag()).isEqualTo(1);
    assertThat(get(two).getEnvelope().getDeliveryTag()).isEqualTo(2);
    assertThat(newChannel().basicGet(three, true).getEnvelope().getDeliveryTag()).isEqualTo(1);
  }

  @Test
  void consuming_from_a_missing_queue_is_not_found() throws Exception {
    String missing = name("missing");

    assertThat(refused(() -> consume(missing)))
        .isEqualTo(channel(404, "NOT_FOUND - no queue '" + missing + "' in vhost '/'"));
  }

  @Test
  void a_tag_used_twice_on_a_channel_closes_the_connection() throws Exception {
    String queue = queue();
    Channel own = on(newConnection());
    own.basicConsume(queue, true, "twice", new Inbox(own));

    // the client library would refuse it by itself, so the method is sent as it is
    assertThat(
            closeOf(
                own,
                () ->
                    own.rpc(
                        new AMQP.Basic.Consume.Builder()
                            .queue(queue)
                            .consumerTag("twice")
                            .build())))
        .isEqualTo(connection(530, "NOT_ALLOWED - attempt to reuse consumer tag 'twice'"));
  }

  @Test
  void an_exclusive_consumer_keeps_others_away() throws Exception {
    String queue = queue();
    channel.basicConsume(queue, true, "", false, true, null, new Inbox(channel));
    Channel other = newChannel();

    assertThat(closeOf(other, () -> consume(other, queue, true)))
        .isEqualTo(
            channel(403, "ACCESS_REFUSED - queue '" + queue + "' in vhost '/' in exclusive use"));
  }

  @Test
  void a_consumer_is_not_made_exclusive_where_there_is_another() throws Exception {
    String queue = queue();
    consume(queue);
    Channel other = newChannel();

    assertThat(
            closeOf(
                other,
                () -> other.basicConsume(queue, true, "", false, true, null, new Inbox(other))))
        .isEqualTo(
            channel(403, "ACCESS_REFUSED - queue '" + queue + "' in vhost '/' in exclusive use"));
  }

  @Test
  void several_consumers_take_turns() throws Exception {
    String queue = queue();
    Inbox first = consume(newChannel(), queue, true);
    Inbox second = consume(newChannel(), queue, true);

    send(queue, "1", "2", "3", "4");

    List<String> ofFirst = first.next(2);
    List<String> ofSecond = second.next(2);
    assertThat(List.of(ofFirst, ofSecond))
        .containsExactlyInAnyOrder(List.of("1", "3"), List.of("2", "4"));
  }

  @Test
  void a_consumer_of_higher_priority_is_served_first() throws Exception {
    String queue = queue();
    Inbox low = consume(newChannel(), queue, true);
    Inbox high = consume(newChannel(), queue, true, "x-priority", 10);

    send(queue, "1", "2", "3");

    assertThat(high.next(3)).containsExactly("1", "2", "3");
    assertThat(low.waiting()).isZero();
  }

  @Test
  void a_consumer_of_lower_priority_is_served_when_the_higher_one_is_busy() throws Exception {
    String queue = queue();
    Inbox low = consume(newChannel(), queue, true);
    Channel busy = newChannel();
    busy.basicQos(1);
    Inbox high = consume(busy, queue, false, "x-priority", 10);

    send(queue, "1", "2");

    assertThat(high.next(1)).containsExactly("1");
    assertThat(low.next(1)).containsExactly("2");
  }

  @Test
  void a_priority_that_is_no_number_is_refused() throws Exception {
    String queue = queue();

    assertThat(refused(() -> consume(channel, queue, true, "x-priority", "high")))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - invalid arg 'x-priority' for queue '"
                    + queue
                    + "' in vhost '/': \"expected integer, got longstr\""));
  }

  @Test
  void after_cancel_ok_nothing_is_delivered_and_what_was_delivered_can_be_acknowledged()
      throws Exception {
    String queue = queue();
    Channel other = newChannel();
    Inbox inbox = consume(other, queue, false);
    send(queue, "1");
    Delivery delivered = inbox.next();

    other.basicCancel(inbox.tag());
    send(queue, "2");
    awaitReady(queue, 1);
    other.basicAck(delivered.getEnvelope().getDeliveryTag(), false);
    other.close();

    assertThat(inbox.waiting()).isZero();
    assertThat(take(queue)).isEqualTo("2");
    assertThat(ready(queue)).isZero();
  }

  @Test
  void deleting_the_queue_cancels_its_consumers() throws Exception {
    String queue = queue();
    Channel other = newChannel();
    Inbox inbox = consume(other, queue, false);

    channel.queueDelete(queue);

    assertThat(inbox.cancelledByBroker().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .isEqualTo(inbox.tag());
    assertThat(other.isOpen()).isTrue();
  }

  @Test
  void deleting_a_quorum_queue_cancels_its_consumers() throws Exception {
    String queue = quorumQueue();
    Inbox inbox = consume(newChannel(), queue, false);

    channel.queueDelete(queue);

    assertThat(inbox.cancelledByBroker().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .isEqualTo(inbox.tag());
  }

  @Test
  void a_closed_channel_gives_back_what_its_consumers_left_unacknowledged() throws Exception {
    String queue = queue();
    send(queue, "1", "2");
    Channel other = newChannel();
    Inbox inbox = consume(other, queue, false);
    assertThat(inbox.next(2)).containsExactly("1", "2");

    other.close();

    awaitReady(queue, 2);
    assertThat(get(queue).getEnvelope().isRedeliver()).isTrue();
  }

  @Test
  void cancelling_an_unknown_tag_succeeds() throws Exception {
    AMQP.Basic.CancelOk answer =
        (AMQP.Basic.CancelOk)
            channel.rpc(new AMQP.Basic.Cancel.Builder().consumerTag("unknown").build()).getMethod();

    assertThat(answer.getConsumerTag()).isEqualTo("unknown");
  }

  @Test
  void others_may_consume_when_the_exclusive_consumer_has_gone() throws Exception {
    String queue = queue();
    String tag = channel.basicConsume(queue, true, "", false, true, null, new Inbox(channel));
    channel.basicCancel(tag);

    Inbox inbox = consume(newChannel(), queue, true);
    send(queue, "hello");

    assertThat(inbox.next(1)).containsExactly("hello");
  }

  @Test
  void a_connection_gets_its_own_messages_whatever_it_asks_for() throws Exception {
    String queue = queue();
    Inbox inbox = new Inbox(channel);
    channel.basicConsume(queue, true, "", true, false, null, inbox);

    channel.basicPublish("", queue, null, "own".getBytes(UTF_8));

    assertThat(inbox.next(1)).containsExactly("own");
  }

  @Test
  void all_channels_of_a_connection_may_consume_from_its_exclusive_queue() throws Exception {
    Connection owner = newConnection();
    String queue = passingName("exclusive");
    on(owner).queueDeclare(queue, false, true, false, null);

    Inbox inbox = consume(on(owner), queue, true);
    send(queue, "hello");

    assertThat(inbox.next(1)).containsExactly("hello");
  }
}
