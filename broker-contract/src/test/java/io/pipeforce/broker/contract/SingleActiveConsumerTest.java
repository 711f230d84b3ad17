package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.Test;

/** Queues that serve one of their consumers at a time. */
class SingleActiveConsumerTest extends Contract {

  @Test
  void with_a_single_active_consumer_the_first_gets_everything() throws Exception {
    String queue = queue("x-single-active-consumer", true);
    Inbox first = consume(newChannel(), queue, true);
    Inbox second = consume(newChannel(), queue, true);

    send(queue, "1", "2", "3");

    assertThat(first.next(3)).containsExactly("1", "2", "3");
    assertThat(second.waiting()).isZero();
  }

  @Test
  void the_next_consumer_becomes_active_when_the_first_is_cancelled() throws Exception {
    String queue = queue("x-single-active-consumer", true);
    assertHandsOver(queue);
  }

  @Test
  void the_next_consumer_of_a_quorum_queue_becomes_active_when_the_first_is_cancelled()
      throws Exception {
    assertHandsOver(quorumQueue("x-single-active-consumer", true));
  }

  @Test
  void the_next_consumer_becomes_active_when_the_channel_of_the_first_closes() throws Exception {
    String queue = queue("x-single-active-consumer", true);
    Channel leaving = newChannel();
    Inbox first = consume(leaving, queue, false);
    Inbox second = consume(newChannel(), queue, true);
    send(queue, "1");
    assertThat(first.next(1)).containsExactly("1");

    leaving.close();

    assertThat(second.next(1)).containsExactly("1");
  }

  @Test
  void a_busy_active_consumer_does_not_let_the_next_one_in() throws Exception {
    String queue = queue("x-single-active-consumer", true);
    Channel busy = newChannel();
    busy.basicQos(1);
    Inbox first = consume(busy, queue, false);
    Inbox second = consume(newChannel(), queue, true);

    send(queue, "1", "2");

    Delivery one = first.next();
    awaitReady(queue, 1);
    assertThat(second.waiting()).isZero();
    busy.basicAck(one.getEnvelope().getDeliveryTag(), false);
    assertThat(first.next(1)).containsExactly("2");
  }

  @Test
  void a_queue_with_a_single_active_consumer_takes_no_exclusive_one() throws Exception {
    String queue = queue("x-single-active-consumer", true);

    assertThat(
            refused(
                () -> channel.basicConsume(queue, true, "", false, true, null, new Inbox(channel))))
        .isEqualTo(
            channel(403, "ACCESS_REFUSED - queue '" + queue + "' in vhost '/' in exclusive use"));
  }

  private void assertHandsOver(String queue) throws Exception {
    Channel leaving = newChannel();
    Inbox first = consume(leaving, queue, true);
    Inbox second = consume(newChannel(), queue, true);
    send(queue, "1");
    assertThat(first.next(1)).containsExactly("1");

    leaving.basicCancel(first.tag());
    send(queue, "2");

    assertThat(second.next(1)).containsExactly("2");
  }

  @Test
  @Differs(on310 = "the first consumer stays the active one")
  void a_higher_priority_takes_over_on_a_quorum_queue() throws Exception {
    String queue = quorumQueue("x-single-active-consumer", true);
    Inbox first = consume(newChannel(), queue, true);
    send(queue, "1");
    assertThat(first.next(1)).containsExactly("1");
    Inbox second = consume(newChannel(), queue, true, "x-priority", 10);

    send(queue, "2");

    assertThat(since4(second, first).next(1)).containsExactly("2");
  }

  @Test
  void a_higher_priority_does_not_take_over_on_a_classic_queue() throws Exception {
    String queue = queue("x-single-active-consumer", true);
    Inbox first = consume(newChannel(), queue, true);
    Inbox second = consume(newChannel(), queue, true, "x-priority", 10);

    send(queue, "1");

    assertThat(first.next(1)).containsExactly("1");
    assertThat(second.waiting()).isZero();
  }

  @Test
  void what_the_active_consumer_left_comes_first_to_the_next() throws Exception {
    assertKeepsOrder(queue("x-single-active-consumer", true));
  }

  @Test
  void what_the_active_consumer_of_a_quorum_queue_left_comes_first_to_the_next() throws Exception {
    assertKeepsOrder(quorumQueue("x-single-active-consumer", true));
  }

  private void assertKeepsOrder(String queue) throws Exception {
    Channel leaving = newChannel();
    leaving.basicQos(2);
    Inbox first = consume(leaving, queue, false);
    Inbox second = consume(newChannel(), queue, true);
    send(queue, "1", "2", "3", "4");
    first.next(2);

    leaving.close();

    assertThat(second.next(4)).containsExactly("1", "2", "3", "4");
  }
}
