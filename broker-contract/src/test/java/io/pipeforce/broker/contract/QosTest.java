package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static io.pipeforce.broker.contract.Close.connection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.Test;

/** How many unacknowledged messages a consumer or a channel gets. */
class QosTest extends Contract {

  @Test
  void a_consumer_gets_no_more_than_its_prefetch() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");
    Channel other = newChannel();
    other.basicQos(2);

    Inbox inbox = consume(other, queue, false);

    assertThat(inbox.next(2)).containsExactly("1", "2");
    awaitReady(queue, 1);
    assertThat(inbox.waiting()).isZero();
  }

  @Test
  void a_consumer_of_a_quorum_queue_gets_no_more_than_its_prefetch() throws Exception {
    String queue = quorumQueue();
    send(queue, "1", "2", "3");
    Channel other = newChannel();
    other.basicQos(2);

    Inbox inbox = consume(other, queue, false);

    assertThat(inbox.next(2)).containsExactly("1", "2");
    awaitReady(queue, 1);
    assertThat(inbox.waiting()).isZero();
  }

  @Test
  void an_ack_lets_the_next_message_in() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");
    channel.basicQos(1);
    Inbox inbox = consume(queue);
    Delivery first = inbox.next();

    channel.basicAck(first.getEnvelope().getDeliveryTag(), false);

    assertThat(inbox.next(1)).containsExactly("2");
    awaitReady(queue, 1);
  }

  @Test
  void prefetch_0_is_no_limit() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");
    channel.basicQos(1);
    channel.basicQos(0);

    assertThat(consume(queue).next(3)).containsExactly("1", "2", "3");
  }

  @Test
  void automatic_acknowledgement_knows_no_prefetch() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");
    channel.basicQos(1);

    assertThat(consume(channel, queue, true).next(3)).containsExactly("1", "2", "3");
  }

  @Test
  void the_prefetch_holds_per_consumer_and_for_later_ones_only() throws Exception {
    String queue = queue();
    Channel other = newChannel();
    other.basicQos(1);
    Inbox one = consume(other, queue, false);
    other.basicQos(2);
    Inbox two = consume(other, queue, false);

    send(queue, "1", "2", "3", "4", "5");

    one.next(1);
    two.next(2);
    awaitReady(queue, 2);
    assertThat(one.waiting() + two.waiting()).isZero();
  }

  @Test
  void getting_ignores_the_prefetch() throws Exception {
    String queue = queue();
    send(queue, "1", "2");
    channel.basicQos(1);

    assertThat(text(get(queue))).isEqualTo("1");
    assertThat(text(get(queue))).isEqualTo("2");
  }

  @Test
  @Differs(on43 = "it holds for each consumer")
  void a_global_prefetch_is_shared_by_the_consumers_of_the_channel() throws Exception {
    String queue = queue();
    Channel other = newChannel();
    other.basicQos(3, true);
    Inbox one = consume(other, queue, false);
    Inbox two = consume(other, queue, false);

    send(queue, "1", "2", "3", "4", "5", "6", "7", "8");

    int unacknowledged = is43() ? 6 : 3;
    awaitReady(queue, 8 - unacknowledged);
    await().atMost(PATIENCE).until(() -> one.waiting() + two.waiting() == unacknowledged);
  }

  @Test
  @Differs(on43 = "it holds for later consumers only")
  void raising_a_global_prefetch_takes_effect_at_once() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");
    channel.basicQos(1, true);
    Inbox inbox = consume(queue);
    inbox.next(1);

    channel.basicQos(2, true);

    if (!is43()) {
      inbox.next(1);
      awaitReady(queue, 1);
    } else {
      awaitReady(queue, 2);
    }
  }

  @Test
  @Differs(on43 = "it is accepted, and holds for each consumer")
  void a_quorum_queue_knows_no_global_prefetch() throws Exception {
    String queue = quorumQueue();
    Channel own = on(newConnection());
    own.basicQos(1, true);

    if (is43()) {
      send(queue, "1");
      assertThat(consume(own, queue, false).next(1)).containsExactly("1");
    } else {
      assertThat(closeOf(own, () -> consume(own, queue, false)))
          .isEqualTo(
              connection(
                  540,
                  "NOT_IMPLEMENTED - queue '"
                      + queue
                      + "' in vhost '/' does not support global qos"));
    }
  }

  @Test
  void a_prefetch_in_bytes_closes_the_connection() throws Exception {
    Channel own = on(newConnection());

    assertThat(closeOf(own, () -> own.basicQos(1000, 1, false)))
        .isEqualTo(connection(540, "NOT_IMPLEMENTED - prefetch_size!=0 (1000)"));
  }

  @Test
  void recovering_gives_back_everything_unacknowledged_of_the_channel() throws Exception {
    String queue = queue();
    send(queue, "1", "2");
    get(queue);
    get(queue);

    channel.basicRecover(true);

    assertThat(get(queue).getEnvelope().isRedeliver()).isTrue();
    assertThat(text(get(queue))).isEqualTo("2");
  }

  @Test
  void recovering_to_the_same_consumer_closes_the_connection() throws Exception {
    Channel own = on(newConnection());

    assertThat(closeOf(own, () -> own.basicRecover(false)))
        .isEqualTo(connection(540, "NOT_IMPLEMENTED - requeue=false"));
  }

  @Test
  void a_channel_number_stays_usable_after_a_refusal() throws Exception {
    Channel own = on(newConnection());
    assertThat(closeOf(own, () -> own.basicAck(1, false)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 1"));

    Channel again = own.getConnection().createChannel(own.getChannelNumber());

    assertThat(again.queueDeclare().getQueue()).isNotEmpty();
  }
}
