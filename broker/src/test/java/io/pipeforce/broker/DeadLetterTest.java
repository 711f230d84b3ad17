package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterTest extends BrokerTest {
  private static final Map<String, Object> TO_DEAD =
      Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");

  private static Map<String, Object> toDead(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(TO_DEAD);
    all.putAll(more);
    return all;
  }

  private void rejectNext(String queue) {
    long tag =
        org.awaitility.Awaitility.await()
            .atMost(SOON)
            .until(() -> channel.basicGet(queue, false), response -> response != null)
            .getEnvelope()
            .getDeliveryTag();
    try {
      channel.basicReject(tag, false);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> deaths(GetResponse response) {
    return (List<Map<String, Object>>) response.getProps().getHeaders().get("x-death");
  }

  private static String header(GetResponse response, String name) {
    return String.valueOf(response.getProps().getHeaders().get(name));
  }

  @Test
  void a_rejected_message_tells_where_it_died_and_why() throws Exception {
    queue("dead");
    queue("q", TO_DEAD);
    channel.queueBind("q", "amq.topic", "order.*");
    publish("amq.topic", "order.new", "m");

    rejectNext("q");

    GetResponse dead = get("dead");
    assertThat(body(dead)).isEqualTo("m");
    assertThat(dead.getEnvelope().getExchange()).isEmpty();
    assertThat(dead.getEnvelope().getRoutingKey()).isEqualTo("dead");
    assertThat(dead.getEnvelope().isRedeliver()).isFalse();
    Map<String, Object> death = deaths(dead).getFirst();
    assertThat(death.get("reason")).hasToString("rejected");
    assertThat(death.get("queue")).hasToString("q");
    assertThat(death.get("exchange")).hasToString("amq.topic");
    assertThat(death.get("routing-keys")).hasToString("[order.new]");
    assertThat(death.get("count")).isEqualTo(1L);
    assertThat(death.get("time")).isInstanceOf(Date.class);
    assertThat(header(dead, "x-first-death-queue")).isEqualTo("q");
    assertThat(header(dead, "x-first-death-reason")).isEqualTo("rejected");
    assertThat(header(dead, "x-first-death-exchange")).isEqualTo("amq.topic");
    assertThat(header(dead, "x-last-death-queue")).isEqualTo("q");
    assertThat(header(dead, "x-last-death-reason")).isEqualTo("rejected");
    assertThat(header(dead, "x-last-death-exchange")).isEqualTo("amq.topic");
  }

  @Test
  void an_expired_message_loses_its_expiration_and_tells_what_it_was() throws Exception {
    queue("dead");
    queue("q", TO_DEAD);

    publish("", "q", new AMQP.BasicProperties.Builder().expiration("20").build(), "m");

    GetResponse dead = get("dead");
    assertThat(dead.getProps().getExpiration()).isNull();
    assertThat(deaths(dead).getFirst().get("reason")).hasToString("expired");
    assertThat(deaths(dead).getFirst().get("original-expiration")).hasToString("20");
  }

  @Test
  void a_message_pushed_out_of_a_full_queue_is_dead_lettered() throws Exception {
    queue("dead");
    queue("q", toDead(Map.of("x-max-length", 1)));

    publish("q", "old");
    publish("q", "new");

    GetResponse dead = get("dead");
    assertThat(body(dead)).isEqualTo("old");
    assertThat(deaths(dead).getFirst().get("reason")).hasToString("maxlen");
    assertThat(body(get("q"))).isEqualTo("new");
  }

  @Test
  void a_message_delivered_too_often_is_dead_lettered() throws Exception {
    queue("dead");
    quorum("q", toDead(Map.of("x-delivery-limit", 2)));
    publish("q", "m");

    for (int i = 0; i < 3; i++) {
      long tag =
          org.awaitility.Awaitility.await()
              .atMost(SOON)
              .until(() -> channel.basicGet("q", false), response -> response != null)
              .getEnvelope()
              .getDeliveryTag();
      channel.basicNack(tag, false, true);
    }

    assertThat(deaths(get("dead")).getFirst().get("reason")).hasToString("delivery_limit");
  }

  @Test
  void without_a_dead_letter_key_the_message_keeps_its_own() throws Exception {
    queue("dead");
    channel.queueBind("dead", "amq.direct", "q");
    queue("q", Map.of("x-dead-letter-exchange", "amq.direct"));
    publish("q", "m");

    rejectNext("q");

    GetResponse dead = get("dead");
    assertThat(dead.getEnvelope().getExchange()).isEqualTo("amq.direct");
    assertThat(dead.getEnvelope().getRoutingKey()).isEqualTo("q");
  }

  @Test
  void deaths_of_the_same_kind_are_counted_and_the_newest_comes_first() throws Exception {
    queue("q", Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "wait"));
    queue(
        "wait",
        Map.of(
            "x-message-ttl", 20, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "q"));
    publish("q", "m");

    rejectNext("q");
    rejectNext("q");

    GetResponse back = get("q");
    List<Map<String, Object>> deaths = deaths(back);
    assertThat(deaths).hasSize(2);
    assertThat(deaths.get(0).get("queue")).hasToString("wait");
    assertThat(deaths.get(0).get("count")).isEqualTo(2L);
    assertThat(deaths.get(1).get("queue")).hasToString("q");
    assertThat(deaths.get(1).get("count")).isEqualTo(2L);
    assertThat(header(back, "x-first-death-queue")).isEqualTo("q");
    assertThat(header(back, "x-last-death-queue")).isEqualTo("wait");
  }

  @Test
  void a_circle_without_a_rejection_drops_the_message() throws Exception {
    queue(
        "a",
        Map.of(
            "x-message-ttl", 20, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "b"));
    queue(
        "b",
        Map.of(
            "x-message-ttl", 20, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "a"));
    channel.confirmSelect();
    publish("a", "m");
    channel.waitForConfirmsOrDie(SOON.toMillis());

    org.awaitility.Awaitility.await()
        .atMost(SOON)
        .during(java.time.Duration.ofMillis(200))
        .until(() -> ready("a") + ready("b") == 0);
  }

  @Test
  void an_x_death_header_that_a_client_made_up_does_not_count() throws Exception {
    queue("dead");
    queue("q", TO_DEAD);
    Map<String, Object> invented = Map.of("queue", "q", "reason", "rejected", "count", 41L);
    publish(
        "",
        "q",
        new AMQP.BasicProperties.Builder()
            .headers(Map.of("x-death", List.of(invented), "mine", 1))
            .build(),
        "m");

    rejectNext("q");

    GetResponse dead = get("dead");
    assertThat(deaths(dead)).hasSize(1);
    assertThat(deaths(dead).getFirst().get("count")).isEqualTo(1L);
    assertThat(dead.getProps().getHeaders()).containsEntry("mine", 1);
  }

  @Test
  void a_dead_letter_exchange_that_is_not_there_loses_the_message() throws Exception {
    queue("q", Map.of("x-dead-letter-exchange", "nowhere"));
    publish("q", "m");

    rejectNext("q");

    assertThat(ready("q")).isZero();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void at_least_once_keeps_a_dead_letter_until_its_target_is_there() throws Exception {
    quorum(
        "wait",
        Map.of(
            "x-message-ttl",
            20,
            "x-dead-letter-exchange",
            "",
            "x-dead-letter-routing-key",
            "late",
            "x-dead-letter-strategy",
            "at-least-once",
            "x-overflow",
            "reject-publish"));
    publish("wait", "m");
    awaitReady("wait", 0);

    queue("late");

    assertThat(body(get("late"))).isEqualTo("m");
  }

  @Test
  void a_chain_of_full_queues_passes_messages_on_to_its_end() throws Exception {
    int length = 200;
    queue("q" + length);
    for (int i = 0; i < length; i++) {
      queue(
          "q" + i,
          Map.of(
              "x-max-length",
              0,
              "x-dead-letter-exchange",
              "",
              "x-dead-letter-routing-key",
              "q" + (i + 1)));
    }

    publish("q0", "m");

    GetResponse end = get("q" + length);
    assertThat(body(end)).isEqualTo("m");
    assertThat(deaths(end)).hasSize(length);
  }

  @Test
  void dead_letters_keep_the_keys_of_cc_in_sight_and_those_of_bcc_out_of_it() throws Exception {
    queue("dead");
    queue("q", TO_DEAD);
    publish(
        "",
        "q",
        new AMQP.BasicProperties.Builder()
            .headers(Map.of("CC", List.of("cc"), "BCC", List.of("bcc")))
            .build(),
        "m");

    rejectNext("q");

    GetResponse dead = get("dead");
    assertThat(deaths(dead).getFirst().get("routing-keys")).hasToString("[q, cc]");
    assertThat(dead.getProps().getHeaders()).containsKey("CC").doesNotContainKey("BCC");
  }

  @Test
  void a_dead_letter_key_that_amqp_cannot_say_is_406_before_any_message_dies_of_it() {
    Map<String, Object> arguments =
        Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "k".repeat(256));

    assertThatThrownBy(() -> channel.queueDeclare("q", false, true, false, arguments))
        .rootCause()
        .hasMessageContaining(
            "invalid arg 'x-dead-letter-routing-key' for queue 'q' in vhost '/': routing_key_too_long");
  }
}
