package io.pipeforce.broker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where rejected, expired and displaced messages go, and what they tell about their way. */
class DeadLettersTest extends Contract {

  private String dlx;
  private String dead;

  @BeforeEach
  void bind_a_queue_of_dead_letters() throws Exception {
    dlx = exchange("fanout");
    dead = queue();
    channel.queueBind(dead, dlx, "");
  }

  @Test
  @Differs(on43 = "the dead letter is marked as redelivered")
  void a_rejected_message_is_dead_lettered() throws Exception {
    String queue = queue("x-dead-letter-exchange", dlx);
    publish("", queue, properties("own", "header"), "hello");

    reject(queue);

    GetResponse message = takeMessage(dead);
    assertThat(text(message)).isEqualTo("hello");
    assertThat(message.getEnvelope().getExchange()).isEqualTo(dlx);
    assertThat(message.getEnvelope().getRoutingKey()).isEqualTo(queue);
    assertThat(message.getEnvelope().isRedeliver()).isEqualTo(is43());
    Map<String, Object> headers = message.getProps().getHeaders();
    assertThat(headers.get("own")).hasToString("header");
    assertThat(headers.get("x-first-death-queue")).hasToString(queue);
    assertThat(headers.get("x-first-death-reason")).hasToString("rejected");
    assertThat(headers.get("x-first-death-exchange")).hasToString("");
    Map<String, Object> death = deaths(message).getFirst();
    assertThat(death.get("reason")).hasToString("rejected");
    assertThat(death.get("queue")).hasToString(queue);
    assertThat(death.get("exchange")).hasToString("");
    assertThat(death.get("count")).isEqualTo(1L);
    assertThat(death.get("routing-keys").toString()).isEqualTo("[" + queue + "]");
    assertThat(((Date) death.get("time")).toInstant())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
    assertThat(death)
        .containsOnlyKeys("reason", "queue", "exchange", "count", "routing-keys", "time");
  }

  @Test
  @Differs(on310 = "there are no x-last-death-* headers")
  void the_last_death_is_told() throws Exception {
    String queue = queue("x-dead-letter-exchange", dlx);
    send(queue, "hello");

    reject(queue);

    Map<String, Object> headers = takeMessage(dead).getProps().getHeaders();
    if (is310()) {
      assertThat(headers)
          .doesNotContainKeys("x-last-death-queue", "x-last-death-reason", "x-last-death-exchange");
    } else {
      assertThat(headers.get("x-last-death-queue")).hasToString(queue);
      assertThat(headers.get("x-last-death-reason")).hasToString("rejected");
      assertThat(headers.get("x-last-death-exchange")).hasToString("");
    }
  }

  @Test
  void a_nack_without_requeue_dead_letters_everything_it_covers() throws Exception {
    String queue = queue("x-dead-letter-exchange", dlx);
    send(queue, "1", "2", "3");
    get(queue);
    get(queue);

    channel.basicNack(get(queue).getEnvelope().getDeliveryTag(), true, false);

    assertThat(List.of(take(dead), take(dead), take(dead))).containsExactly("1", "2", "3");
  }

  @Test
  void an_expired_message_tells_its_reason() throws Exception {
    String queue = queue("x-dead-letter-exchange", dlx, "x-message-ttl", 50);
    send(queue, "hello");

    Map<String, Object> death = deaths(takeMessage(dead)).getFirst();

    assertThat(death.get("reason")).hasToString("expired");
    assertThat(death).doesNotContainKey("original-expiration");
  }

  @Test
  void the_expiration_moves_from_the_message_into_its_history() throws Exception {
    String queue = queue("x-dead-letter-exchange", dlx);
    publish("", queue, new BasicProperties.Builder().expiration("50").build(), "hello");

    GetResponse message = takeMessage(dead);

    assertThat(message.getProps().getExpiration()).isNull();
    assertThat(deaths(message).getFirst().get("original-expiration")).hasToString("50");
  }

  @Test
  void a_displaced_message_tells_its_reason() throws Exception {
    String queue = queue("x-dead-letter-exchange", dlx, "x-max-length", 1);
    send(queue, "old", "new");

    GetResponse message = takeMessage(dead);

    assertThat(text(message)).isEqualTo("old");
    assertThat(deaths(message).getFirst().get("reason")).hasToString("maxlen");
    assertThat(take(queue)).isEqualTo("new");
  }

  @Test
  void other_properties_stay_as_they_were() throws Exception {
    String queue = queue("x-dead-letter-exchange", dlx);
    BasicProperties sent =
        new BasicProperties.Builder()
            .contentType("text/plain")
            .correlationId("c")
            .replyTo("r")
            .messageId("m")
            .timestamp(A_TIME)
            .priority(3)
            .deliveryMode(2)
            .build();
    publish("", queue, sent, "hello");

    reject(queue);

    assertThat(takeMessage(dead).getProps().builder().headers(null).build()).isEqualTo(sent);
  }

  @Test
  void a_dead_letter_routing_key_replaces_the_key() throws Exception {
    String direct = exchange("direct");
    String target = queue();
    channel.queueBind(target, direct, "dead");
    String queue = queue("x-dead-letter-exchange", direct, "x-dead-letter-routing-key", "dead");
    send(queue, "hello");

    reject(queue);

    GetResponse message = takeMessage(target);
    assertThat(message.getEnvelope().getRoutingKey()).isEqualTo("dead");
    assertThat(deaths(message).getFirst().get("routing-keys").toString())
        .isEqualTo("[" + queue + "]");
  }

  @Test
  void without_a_dead_letter_routing_key_the_copied_keys_route_too() throws Exception {
    String direct = exchange("direct");
    String target = queue();
    channel.queueBind(target, direct, "copy");
    String queue = queue("x-dead-letter-exchange", direct);
    publish("", queue, properties("CC", List.of("copy")), "hello");

    reject(queue);

    GetResponse message = takeMessage(target);
    assertThat(message.getEnvelope().getRoutingKey()).isEqualTo(queue);
    assertThat(deaths(message).getFirst().get("routing-keys").toString())
        .isEqualTo("[" + queue + ", copy]");
  }

  @Test
  @Differs(on310 = "the CC header is taken out")
  void with_a_dead_letter_routing_key_the_copied_keys_do_not_route() throws Exception {
    String direct = exchange("direct");
    String target = queue();
    String copied = queue();
    channel.queueBind(target, direct, "dead");
    channel.queueBind(copied, direct, "copy");
    String queue = queue("x-dead-letter-exchange", direct, "x-dead-letter-routing-key", "dead");
    publish("", queue, properties("CC", List.of("copy")), "hello");

    reject(queue);

    Map<String, Object> headers = takeMessage(target).getProps().getHeaders();
    assertThat(channel.basicGet(copied, true)).isNull();
    if (is310()) {
      assertThat(headers).doesNotContainKey("CC");
    } else {
      assertThat(headers.get("CC").toString()).isEqualTo("[copy]");
    }
  }

  @Test
  void the_default_exchange_brings_a_message_to_the_queue_of_its_key() throws Exception {
    String target = queue();
    String delay = queue("x-dead-letter-exchange", "", "x-message-ttl", 50);
    channel.queueBind(delay, "amq.fanout", "");
    String fanout = exchange("fanout");
    channel.queueBind(delay, fanout, "");

    publish(fanout, target, "back after a delay");

    GetResponse message = takeMessage(target);
    assertThat(text(message)).isEqualTo("back after a delay");
    assertThat(message.getEnvelope().getExchange()).isEmpty();
    assertThat(message.getEnvelope().getRoutingKey()).isEqualTo(target);
  }

  @Test
  void a_delay_on_a_quorum_queue_brings_the_message_back_at_least_once() throws Exception {
    String target = quorumQueue();
    String fanout = exchange("fanout");
    String delay =
        quorumQueue(
            "x-dead-letter-exchange",
            "",
            "x-message-ttl",
            200,
            "x-dead-letter-strategy",
            "at-least-once",
            "x-overflow",
            "reject-publish");
    channel.queueBind(delay, fanout, "");

    publish(fanout, target, properties("own", 1), "back after a delay");

    GetResponse message = takeMessage(target);
    assertThat(text(message)).isEqualTo("back after a delay");
    assertThat(message.getEnvelope().getRoutingKey()).isEqualTo(target);
    assertThat(deaths(message).getFirst().get("reason")).hasToString("expired");
    assertThat(deaths(message).getFirst().get("queue")).hasToString(delay);
    assertThat(message.getProps().getHeaders().get("own")).isEqualTo(1);
  }

  @Test
  void a_second_death_in_the_same_queue_for_the_same_reason_is_counted() throws Exception {
    String queue = queue("x-dead-letter-exchange", dlx);
    channel.queueUnbind(dead, dlx, "");
    channel.queueBind(queue, dlx, "");
    send(queue, "hello");

    reject(queue);
    reject(queue);

    GetResponse message = takeMessage(queue);
    assertThat(deaths(message)).hasSize(1);
    assertThat(deaths(message).getFirst().get("count")).isEqualTo(2L);
  }

  @Test
  @Differs(on310 = "newest, oldest, then the rest")
  void deaths_in_several_queues_are_told_newest_first() throws Exception {
    String third = queue("x-dead-letter-exchange", dlx);
    String second = queue("x-dead-letter-exchange", "", "x-dead-letter-routing-key", third);
    String first = queue("x-dead-letter-exchange", "", "x-dead-letter-routing-key", second);
    send(first, "hello");

    reject(first);
    reject(second);
    reject(third);

    GetResponse message = takeMessage(dead);
    assertThat(deaths(message))
        .extracting(death -> death.get("queue").toString())
        .isEqualTo(since4(List.of(third, second, first), List.of(third, first, second)));
    assertThat(message.getProps().getHeaders().get("x-first-death-queue")).hasToString(first);
  }

  @Test
  void a_message_that_only_expires_in_a_circle_is_dropped() throws Exception {
    String queue = name("circle");
    channel.queueDeclare(
        queue,
        true,
        false,
        false,
        arguments(
            "x-message-ttl", 30, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", queue));
    send(queue, "hello");
    awaitReady(queue, 0);

    String control = queue("x-message-ttl", 300, "x-dead-letter-exchange", dlx);
    send(control, "some time later");
    take(dead);

    assertThat(channel.basicGet(queue, true)).isNull();
  }

  @Test
  void a_circle_of_two_queues_without_a_reject_drops_the_message() throws Exception {
    String one = name("one");
    String two =
        queue("x-message-ttl", 30, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", one);
    channel.queueDeclare(
        one,
        true,
        false,
        false,
        arguments(
            "x-message-ttl", 30, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", two));
    String control = queue("x-message-ttl", 400, "x-dead-letter-exchange", dlx);
    send(one, "hello");
    send(control, "some time later");
    take(dead);

    assertThat(ready(one) + ready(two)).isZero();
  }

  @Test
  void a_circle_goes_on_when_a_client_rejected_the_message_in_it() throws Exception {
    String work = name("work");
    String wait =
        queue("x-message-ttl", 30, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", work);
    channel.queueDeclare(
        work,
        true,
        false,
        false,
        arguments("x-dead-letter-exchange", "", "x-dead-letter-routing-key", wait));
    send(work, "hello");

    reject(work);
    reject(work);
    reject(work);

    GetResponse message = takeMessage(work);
    assertThat(deaths(message)).extracting(death -> death.get("count")).containsExactly(3L, 3L);
  }

  @Test
  void a_dead_letter_that_its_exchange_cannot_route_is_dropped() throws Exception {
    String direct = exchange("direct");
    String queue = queue("x-dead-letter-exchange", direct);
    send(queue, "1", "2");

    reject(queue);

    assertThat(take(queue)).isEqualTo("2");
  }

  @Test
  void a_missing_dead_letter_exchange_drops_the_message() throws Exception {
    String queue = queue("x-dead-letter-exchange", name("missing"));
    send(queue, "1", "2");

    reject(queue);

    assertThat(take(queue)).isEqualTo("2");
    assertThat(channel.queueDelete(queue).getMessageCount()).isZero();
  }

  @Test
  void purging_and_deleting_dead_letter_nothing() throws Exception {
    String queue = queue("x-dead-letter-exchange", dlx);
    send(queue, "purged");
    channel.queuePurge(queue);
    send(queue, "deleted");
    channel.queueDelete(queue);
    publish(dlx, "", "end");

    assertThat(take(dead)).isEqualTo("end");
  }

  @Test
  @Differs(on310 = "it is counted on")
  void a_death_that_a_client_made_up_does_not_count() throws Exception {
    String queue = queue("x-dead-letter-exchange", dlx);
    Map<String, Object> madeUp =
        Map.of(
            "reason",
            "rejected",
            "queue",
            queue,
            "exchange",
            "",
            "count",
            41L,
            "routing-keys",
            List.of(queue));
    publish("", queue, properties("x-death", List.of(madeUp)), "hello");

    reject(queue);

    assertThat(deaths(takeMessage(dead)).getFirst().get("count")).isEqualTo(since4(1L, 42L));
  }

  private void reject(String queue) throws Exception {
    channel.basicReject(get(queue).getEnvelope().getDeliveryTag(), false);
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> deaths(GetResponse message) {
    return (List<Map<String, Object>>) message.getProps().getHeaders().get("x-death");
  }
}
