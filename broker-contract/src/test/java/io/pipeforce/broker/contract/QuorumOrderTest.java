package io.pipeforce.broker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which order messages leave a quorum queue that came back to it, or that are important. */
class QuorumOrderTest extends Contract {

  private static final BasicProperties HIGH = new BasicProperties.Builder().priority(9).build();

  @Test
  @Differs(on310 = "without a limit, which is the default, they go to the tail")
  void messages_come_back_to_the_head_in_the_order_of_their_return() throws Exception {
    String queue = quorumQueue();
    send(queue, "1", "2", "3", "4");
    List<Long> tags = getAll(queue, 3);

    giveBack(queue, tags.get(1), 2);
    giveBack(queue, tags.get(0), 3);
    giveBack(queue, tags.get(2), 4);

    assertThat(takeAll(queue, 4))
        .isEqualTo(since4(List.of("2", "1", "3", "4"), List.of("4", "2", "1", "3")));
  }

  @Test
  @Differs(on310 = "priorities are ignored, and it goes to the tail")
  void what_came_back_goes_before_what_is_more_important() throws Exception {
    String queue = quorumQueue();
    send(queue, "1");
    awaitReady(queue, 1);
    long tag = get(queue).getEnvelope().getDeliveryTag();
    publish("", queue, HIGH, "high");
    awaitReady(queue, 1);

    giveBack(queue, tag, 2);

    assertThat(takeAll(queue, 2)).isEqualTo(since4(List.of("1", "high"), List.of("high", "1")));
  }

  @Test
  @Differs(on43 = "it goes to the head")
  void without_a_limit_what_came_back_is_no_more_important() throws Exception {
    String queue = quorumQueueWithoutLimit();
    publish("", queue, HIGH, "high");
    send(queue, "1", "2");
    awaitReady(queue, 3);
    long tag = get(queue).getEnvelope().getDeliveryTag();

    giveBack(queue, tag, 3);

    assertThat(takeAll(queue, 3))
        .isEqualTo(is43() ? List.of("high", "1", "2") : List.of("1", "2", "high"));
  }

  @Test
  @Differs(on310 = "priorities are ignored", on43 = "all of a higher priority come first")
  void every_third_message_is_a_normal_one() throws Exception {
    String queue = quorumQueue();
    send(queue, "1", "2", "3");
    publish("", queue, HIGH, "a", "b", "c", "d", "e");
    awaitReady(queue, 8);

    List<String> taken = takeAll(queue, 8);

    if (is310()) {
      assertThat(taken).containsExactly("1", "2", "3", "a", "b", "c", "d", "e");
    } else if (is43()) {
      assertThat(taken).containsExactly("a", "b", "c", "d", "e", "1", "2", "3");
    } else {
      assertThat(taken).containsExactly("a", "b", "1", "c", "d", "2", "e", "3");
    }
  }

  @Test
  void a_normal_message_that_is_younger_waits_for_all_important_ones() throws Exception {
    String queue = quorumQueue();
    publish("", queue, HIGH, "a", "b", "c");
    send(queue, "1", "2");
    awaitReady(queue, 5);

    assertThat(takeAll(queue, 5)).containsExactly("a", "b", "c", "1", "2");
  }

  @Test
  @Differs(on310 = "priorities are ignored", on43 = "all of a higher priority come first")
  void after_a_purge_the_turns_begin_anew() throws Exception {
    String queue = quorumQueue();
    send(queue, "0", "0");
    awaitReady(queue, 2);
    channel.queuePurge(queue);
    send(queue, "1");
    publish("", queue, HIGH, "a", "b", "c");
    awaitReady(queue, 4);

    List<String> taken = takeAll(queue, 4);

    if (is310()) {
      assertThat(taken).containsExactly("1", "a", "b", "c");
    } else if (is43()) {
      assertThat(taken).containsExactly("a", "b", "c", "1");
    } else {
      assertThat(taken).containsExactly("a", "b", "1", "c");
    }
  }

  @Test
  void what_came_back_is_handed_out_before_anybody_looks_at_the_length() throws Exception {
    String queue = quorumQueue("x-max-length-bytes", 1);
    Inbox inbox = consume(queue);
    send(queue, "too long");
    Delivery first = inbox.next();

    channel.basicReject(first.getEnvelope().getDeliveryTag(), true);

    assertThat(Inbox.text(inbox.next())).isEqualTo("too long");
  }

  @Test
  void with_a_single_active_consumer_a_declare_tells_of_one() throws Exception {
    String queue = quorumQueue("x-single-active-consumer", true);
    consume(newChannel(), queue, false);
    consume(newChannel(), queue, false);

    assertThat(channel.queueDeclarePassive(queue).getConsumerCount()).isEqualTo(1);
    String classic = queue("x-single-active-consumer", true);
    consume(newChannel(), classic, false);
    consume(newChannel(), classic, false);
    assertThat(channel.queueDeclarePassive(classic).getConsumerCount()).isEqualTo(2);
  }

  private List<Long> getAll(String queue, int count) {
    List<Long> tags = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GetResponse response = get(queue);
      tags.add(response.getEnvelope().getDeliveryTag());
    }
    return tags;
  }

  private void giveBack(String queue, long tag, int thenReady) throws Exception {
    channel.basicReject(tag, true);
    awaitReady(queue, thenReady);
  }

  private List<String> takeAll(String queue, int count) {
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bodies.add(take(queue));
    }
    return bodies;
  }
}
