package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What quorum queues do differently: delivery counts and limits, and where messages return to. */
class QuorumQueuesTest extends Contract {

  @Test
  void messages_pass_through_in_order() throws Exception {
    String queue = quorumQueue();
    send(queue, "1", "2", "3");

    assertThat(consume(channel, queue, true).next(3)).containsExactly("1", "2", "3");
  }

  @Test
  void a_quorum_queue_is_deleted() throws Exception {
    String queue = quorumQueue();

    assertThat(channel.queueDelete(queue, false, false).getMessageCount()).isZero();
    assertThat(refused(() -> channel.queueDeclarePassive(queue)).code()).isEqualTo(404);
  }

  @Test
  void purging_tells_how_many_went() throws Exception {
    String queue = quorumQueue();
    send(queue, "1", "2");
    awaitReady(queue, 2);

    assertThat(channel.queuePurge(queue).getMessageCount()).isEqualTo(2);
  }

  @Test
  @Differs(on310 = "x-delivery-count is 0")
  void the_first_delivery_has_no_count() throws Exception {
    String queue = quorumQueue();
    send(queue, "hello");

    Map<String, Object> headers = takeMessage(queue).getProps().getHeaders();

    if (is310()) {
      assertThat(headers.get("x-delivery-count")).isEqualTo(0L);
    } else {
      assertThat(headers == null || !headers.containsKey("x-delivery-count")).isTrue();
    }
  }

  @Test
  void a_rejected_and_requeued_message_is_counted() throws Exception {
    String queue = quorumQueue("x-delivery-limit", 10);
    send(queue, "hello");
    reject(queue, true);
    reject(queue, true);

    GetResponse third = get(queue);

    assertThat(third.getProps().getHeaders().get("x-delivery-count")).isEqualTo(2L);
    assertThat(third.getEnvelope().isRedeliver()).isTrue();
  }

  @Test
  void a_message_that_a_closed_channel_gave_back_is_counted() throws Exception {
    String queue = quorumQueue("x-delivery-limit", 10);
    send(queue, "hello");
    Channel leaving = newChannel();
    Inbox inbox = consume(leaving, queue, false);
    inbox.next();
    leaving.close();

    assertThat(get(queue).getProps().getHeaders().get("x-delivery-count")).isEqualTo(1L);
  }

  @Test
  void at_its_delivery_limit_a_message_is_dropped() throws Exception {
    String queue = quorumQueue("x-delivery-limit", 2);
    send(queue, "poison");

    reject(queue, true);
    reject(queue, true);
    reject(queue, true);
    send(queue, "next");

    assertThat(take(queue)).isEqualTo("next");
  }

  @Test
  void at_its_delivery_limit_a_message_is_dead_lettered() throws Exception {
    String dead = queue();
    String queue =
        quorumQueue(
            "x-delivery-limit", 1, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    send(queue, "poison");

    reject(queue, true);
    reject(queue, true);

    GetResponse message = takeMessage(dead);
    assertThat(DeadLettersTest.deaths(message).getFirst().get("reason"))
        .hasToString("delivery_limit");
    assertThat(message.getProps().getHeaders().get("x-first-death-reason"))
        .hasToString("delivery_limit");
  }

  @Test
  @Differs(on43 = "only rejects and closed channels count")
  void nacks_count_towards_the_limit() throws Exception {
    String queue = quorumQueue("x-delivery-limit", 1);
    send(queue, "poison", "next");
    for (int i = 0; i < 2; i++) {
      GetResponse message = get(queue);
      assertThat(text(message)).isEqualTo("poison");
      channel.basicNack(message.getEnvelope().getDeliveryTag(), false, true);
    }

    assertThat(text(get(queue))).isEqualTo(is43() ? "poison" : "next");
  }

  @Test
  @Differs(on310 = "there is no limit by default")
  void without_a_limit_of_its_own_a_message_is_dropped_after_21_deliveries() throws Exception {
    String queue = quorumQueue();
    send(queue, "poison");
    for (int delivery = 1; delivery <= 21; delivery++) {
      reject(queue, true);
    }
    send(queue, "end");

    assertThat(take(queue)).isEqualTo(since4("end", "poison"));
  }

  @Test
  @Differs(on310 = "the first return drops the message")
  void a_limit_of_minus_1_is_none() throws Exception {
    String queue = quorumQueue("x-delivery-limit", -1);
    send(queue, "poison");
    for (int delivery = 1; delivery <= since4(25, 1); delivery++) {
      reject(queue, true);
    }
    send(queue, "end");

    assertThat(take(queue)).isEqualTo(since4("poison", "end"));
  }

  @Test
  void a_returned_message_goes_to_the_head_when_there_is_a_limit() throws Exception {
    String queue = quorumQueue("x-delivery-limit", 10);
    send(queue, "1", "2");

    reject(queue, true);

    assertThat(List.of(take(queue), take(queue))).containsExactly("1", "2");
  }

  @Test
  @Differs(on43 = "it goes to the head")
  void a_returned_message_goes_to_the_tail_where_there_is_no_limit() throws Exception {
    String queue = quorumQueueWithoutLimit();
    send(queue, "1", "2");

    reject(queue, true);

    assertThat(List.of(take(queue), take(queue)))
        .isEqualTo(is43() ? List.of("1", "2") : List.of("2", "1"));
  }

  @Test
  void a_message_that_a_closed_channel_gave_back_goes_to_the_head() throws Exception {
    String queue = quorumQueueWithoutLimit();
    send(queue, "1", "2");
    Channel leaving = newChannel();
    leaving.basicQos(1);
    consume(leaving, queue, false).next();

    leaving.close();

    awaitReady(queue, 2);
    assertThat(List.of(take(queue), take(queue))).containsExactly("1", "2");
  }

  @Test
  void recovering_a_quorum_queue_gives_back_what_is_unacknowledged() throws Exception {
    String queue = quorumQueue();
    send(queue, "1");
    get(queue);

    channel.basicRecover(true);

    assertThat(get(queue).getEnvelope().isRedeliver()).isTrue();
  }

  @Test
  void a_purge_leaves_what_is_unacknowledged() throws Exception {
    String queue = quorumQueue();
    send(queue, "1", "2");
    get(queue);
    awaitReady(queue, 1);

    assertThat(channel.queuePurge(queue).getMessageCount()).isEqualTo(1);
    channel.basicRecover(true);

    assertThat(take(queue)).isEqualTo("1");
  }

  @Test
  @Differs(on310 = "priorities are ignored", on43 = "all of a higher priority come first")
  void messages_of_high_priority_overtake_two_to_one() throws Exception {
    String queue = quorumQueue();
    publish("", queue, properties(), "n1", "n2", "n3");
    publish("", queue, properties().builder().priority(5).build(), "h1", "h2", "h3");
    awaitReady(queue, 6);

    List<String> order =
        List.of(take(queue), take(queue), take(queue), take(queue), take(queue), take(queue));

    if (is310()) {
      assertThat(order).containsExactly("n1", "n2", "n3", "h1", "h2", "h3");
    } else if (is43()) {
      assertThat(order).containsExactly("h1", "h2", "h3", "n1", "n2", "n3");
    } else {
      assertThat(order).containsExactly("h1", "h2", "n1", "h3", "n2", "n3");
    }
  }

  @Test
  @Differs(on43 = "the text writes the type as <<\"quorum\">>")
  void getting_is_refused_where_there_is_a_single_active_consumer() throws Exception {
    String queue = quorumQueue("x-single-active-consumer", true);

    assertThat(refused(() -> channel.basicGet(queue, true)))
        .isEqualTo(
            channel(
                405,
                "RESOURCE_LOCKED - cannot obtain access to locked queue '"
                    + queue
                    + "' in vhost '/'. basic.get operations are not supported by "
                    + (is43() ? "<<\"quorum\">>" : "quorum")
                    + " queues with single active consumer"));
  }

  @Test
  void a_message_above_the_length_is_dead_lettered() throws Exception {
    String dead = queue();
    String queue =
        quorumQueue(
            "x-max-length", 1, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);

    send(queue, "old", "new");

    GetResponse message = takeMessage(dead);
    assertThat(text(message)).isEqualTo("old");
    assertThat(DeadLettersTest.deaths(message).getFirst().get("reason")).hasToString("maxlen");
  }

  @Test
  void at_least_once_needs_an_overflow_that_rejects() throws Exception {
    // accepted all the same: the broker falls back to at-most-once
    assertThat(quorumQueue("x-dead-letter-strategy", "at-least-once", "x-dead-letter-exchange", ""))
        .isNotEmpty();
  }

  @Test
  void a_rejected_message_is_dead_lettered() throws Exception {
    String dead = queue();
    String queue = quorumQueue("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    send(queue, "hello");

    reject(queue, false);

    GetResponse message = takeMessage(dead);
    assertThat(DeadLettersTest.deaths(message).getFirst().get("reason")).hasToString("rejected");
    assertThat(DeadLettersTest.deaths(message).getFirst().get("queue")).hasToString(queue);
  }

  @Test
  void a_full_quorum_queue_that_rejects_publishes_answers_with_a_nack() throws Exception {
    String queue = quorumQueue("x-max-length", 1, "x-overflow", "reject-publish");
    channel.confirmSelect();

    boolean refused = false;
    // the limit is soft: the broker may let one or two pass before it says no
    for (int i = 0; i < 50 && !refused; i++) {
      channel.basicPublish("", queue, null, new byte[0]);
      refused = !channel.waitForConfirms(PATIENCE.toMillis());
    }

    assertThat(refused).isTrue();
    assertThat(ready(queue)).isBetween(1, 49);
  }

  @Test
  void a_quorum_queue_drops_its_oldest_message_where_a_classic_one_would_dead_letter_the_newest()
      throws Exception {
    String queue = quorumQueue("x-max-length", 1, "x-overflow", "reject-publish-dlx");

    send(queue, "old", "new");

    awaitReady(queue, 1);
    assertThat(take(queue)).isEqualTo("new");
  }

  @Test
  void an_unknown_dead_letter_strategy_is_refused() throws Exception {
    String name = name("quorum");

    assertThat(
            refused(() ->
                channel.queueDeclare(
                    name,
                    true,
                    false,
                    false,
                    arguments("x-queue-type", "quorum", "x-dead-letter-strategy", "maybe"))))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - invalid arg 'x-dead-letter-strategy' for queue '"
                    + name
                    + "' in vhost '/': invalid_dlx_strategy"));
  }

  @Test
  void several_consumers_take_turns() throws Exception {
    String queue = quorumQueue();
    Inbox first = consume(newChannel(), queue, true);
    Inbox second = consume(newChannel(), queue, true);

    send(queue, "1", "2", "3", "4");

    assertThat(List.of(first.next(2), second.next(2)))
        .containsExactlyInAnyOrder(List.of("1", "3"), List.of("2", "4"));
  }

  @Test
  void a_consumer_of_higher_priority_is_served_first() throws Exception {
    String queue = quorumQueue();
    Inbox low = consume(newChannel(), queue, true);
    Inbox high = consume(newChannel(), queue, true, "x-priority", 10);

    send(queue, "1", "2", "3");

    assertThat(high.next(3)).containsExactly("1", "2", "3");
    assertThat(low.waiting()).isZero();
  }

  private void reject(String queue, boolean requeue) throws Exception {
    channel.basicReject(get(queue).getEnvelope().getDeliveryTag(), requeue);
  }
}
