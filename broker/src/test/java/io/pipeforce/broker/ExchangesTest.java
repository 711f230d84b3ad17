package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangesTest extends BrokerTest {
  private void exchange(String name, String type) throws Exception {
    channel.exchangeDeclare(name, type, false, false, Map.of());
  }

  @Test
  void a_direct_exchange_routes_by_the_exact_key() throws Exception {
    exchange("x", "direct");
    queue("q");
    channel.queueBind("q", "x", "a.b");

    publish("x", "a", "no");
    publish("x", "a.b", "yes");

    assertThat(body(get("q"))).isEqualTo("yes");
    assertThat(ready("q")).isZero();
  }

  @Test
  void a_fanout_exchange_gives_each_queue_one_copy_however_often_it_is_bound() throws Exception {
    exchange("x", "fanout");
    queue("q");
    queue("r");
    channel.queueBind("q", "x", "a");
    channel.queueBind("q", "x", "b");
    channel.queueBind("r", "x", "");

    publish("x", "whatever", "m");

    awaitReady("q", 1);
    awaitReady("r", 1);
  }

  @ParameterizedTest
  @CsvSource({
    "order.*, order.new, true",
    "order.*, order, false",
    "order.*, order.new.now, false",
    "order.#, order, true",
    "order.#, order.new.now, true",
    "#, '', true",
    "*, '', false",
    "'', '', true",
    "#.end, a.b.end, true",
    "a.#.z, a.z, true",
    "a.*.z, a..z, true"
  })
  void a_topic_exchange_knows_wildcards(String pattern, String key, boolean matches)
      throws Exception {
    exchange("x", "topic");
    queue("q");
    channel.queueBind("q", "x", pattern);
    channel.confirmSelect();

    publish("x", key, "m");

    channel.waitForConfirmsOrDie(SOON.toMillis());
    assertThat(ready("q")).isEqualTo(matches ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "all, 1, x, true",
    "all, 1, , false",
    "any, 1, , true",
    "any, 2, y, false",
    "all, 1, y, false"
  })
  void a_headers_exchange_matches_all_or_any(String kind, int number, String text, boolean matches)
      throws Exception {
    exchange("x", "headers");
    queue("q");
    channel.queueBind("q", "x", "", Map.of("x-match", kind, "number", 1, "text", "x"));
    channel.confirmSelect();
    Map<String, Object> headers = new HashMap<>(Map.of("number", (long) number));
    if (text != null) {
      headers.put("text", text);
    }

    publish("x", "", new AMQP.BasicProperties.Builder().headers(headers).build(), "m");

    channel.waitForConfirmsOrDie(SOON.toMillis());
    assertThat(ready("q")).isEqualTo(matches ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({"all, true", "all-with-x, false", "any, false", "any-with-x, true"})
  void a_headers_exchange_looks_at_x_headers_only_when_told(String kind, boolean matches)
      throws Exception {
    exchange("x", "headers");
    queue("q");
    channel.queueBind("q", "x", "", Map.of("x-match", kind, "x-a", 1, "b", 1));
    channel.confirmSelect();
    Map<String, Object> headers =
        kind.startsWith("all") ? Map.of("b", 1) : Map.of("x-a", 1, "c", 1);

    publish("x", "", new AMQP.BasicProperties.Builder().headers(headers).build(), "m");

    channel.waitForConfirmsOrDie(SOON.toMillis());
    assertThat(ready("q")).isEqualTo(matches ? 1 : 0);
  }

  @Test
  void a_headers_exchange_refuses_an_unknown_x_match() throws Exception {
    exchange("x", "headers");
    queue("q");

    assertThat(channelError(() -> channel.queueBind("q", "x", "", Map.of("x-match", "some"))))
        .isEqualTo(
            "406 PRECONDITION_FAILED - Invalid x-match field value <<\"some\">>; expected all, any, all-with-x, or any-with-x");
  }

  @Test
  void what_cannot_be_routed_goes_to_the_alternate_exchange() throws Exception {
    exchange("other", "fanout");
    channel.exchangeDeclare("x", "direct", false, false, Map.of("alternate-exchange", "other"));
    queue("lost");
    queue("found");
    channel.queueBind("lost", "other", "");
    channel.queueBind("found", "x", "k");

    publish("x", "k", "routed");
    publish("x", "nowhere", "lost");

    assertThat(body(get("lost"))).isEqualTo("lost");
    assertThat(body(get("found"))).isEqualTo("routed");
  }

  @Test
  void exchanges_bound_in_a_circle_deliver_once() throws Exception {
    exchange("a", "fanout");
    exchange("b", "fanout");
    exchange("c", "fanout");
    channel.exchangeBind("b", "a", "");
    channel.exchangeBind("c", "b", "");
    channel.exchangeBind("a", "c", "");
    queue("q");
    channel.queueBind("q", "c", "");
    channel.queueBind("q", "a", "");
    channel.confirmSelect();

    publish("b", "", "m");

    channel.waitForConfirmsOrDie(SOON.toMillis());
    assertThat(ready("q")).isEqualTo(1);
  }

  @Test
  void an_exchange_can_be_unbound_from_another() throws Exception {
    exchange("a", "fanout");
    exchange("b", "fanout");
    queue("q");
    channel.queueBind("q", "b", "");
    channel.exchangeBind("b", "a", "");
    channel.exchangeUnbind("b", "a", "");
    channel.confirmSelect();

    publish("a", "", "m");

    channel.waitForConfirmsOrDie(SOON.toMillis());
    assertThat(ready("q")).isZero();
  }

  @Test
  void an_auto_delete_exchange_goes_with_its_last_binding() throws Exception {
    channel.exchangeDeclare("x", "direct", false, true, Map.of());
    queue("q");
    channel.queueBind("q", "x", "a");
    channel.queueBind("q", "x", "b");
    channel.queueUnbind("q", "x", "a");
    channel.exchangeDeclarePassive("x");

    channel.queueUnbind("q", "x", "b");

    assertThat(channelError(() -> channel.exchangeDeclarePassive("x")))
        .isEqualTo("404 NOT_FOUND - no exchange 'x' in vhost '/'");
  }

  @Test
  void an_auto_delete_exchange_goes_when_its_last_queue_is_deleted() throws Exception {
    channel.exchangeDeclare("x", "direct", false, true, Map.of());
    queue("q");
    channel.queueBind("q", "x", "a");

    channel.queueDelete("q");

    assertThat(channelError(() -> channel.exchangeDeclarePassive("x"))).startsWith("404");
  }

  @Test
  void clients_cannot_publish_to_an_internal_exchange_but_exchanges_can() throws Exception {
    channel.exchangeDeclare("inner", "fanout", false, false, true, Map.of());
    exchange("outer", "fanout");
    channel.exchangeBind("inner", "outer", "");
    queue("q");
    channel.queueBind("q", "inner", "");

    publish("outer", "", "m");

    assertThat(body(get("q"))).isEqualTo("m");
    assertThat(channelError(() -> publish("inner", "", "m")))
        .isEqualTo("403 ACCESS_REFUSED - cannot publish to internal exchange 'inner' in vhost '/'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match"})
  void predefined_exchanges_are_there(String name) throws Exception {
    channel.exchangeDeclarePassive(name);
  }

  @Test
  void a_missing_exchange_is_404() throws Exception {
    assertThat(channelError(() -> publish("nowhere", "", "m")))
        .isEqualTo("404 NOT_FOUND - no exchange 'nowhere' in vhost '/'");
  }

  @Test
  void an_unknown_type_is_406() throws Exception {
    assertThat(channelError(() -> exchange("x", "magic")))
        .isEqualTo("406 PRECONDITION_FAILED - unknown exchange type 'magic'");
  }

  @Test
  void a_durable_exchange_declared_again_as_transient_is_406() throws Exception {
    channel.exchangeDeclare("x", "topic", true);

    assertThat(channelError(() -> channel.exchangeDeclare("x", "topic", false)))
        .isEqualTo(
            "406 PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'x' in vhost '/': received 'false' but current is 'true'");
    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void another_alternate_exchange_is_406() throws Exception {
    channel.exchangeDeclare("x", "topic", true);

    assertThat(
            channelError(() ->
                channel.exchangeDeclare(
                    "x", "topic", true, false, Map.of("alternate-exchange", "y"))))
        .isEqualTo(
            "406 PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange 'x' in vhost '/': received the value 'y' of type 'longstr' but current is none");
  }

  @Test
  void the_reserved_prefix_is_403() throws Exception {
    assertThat(channelError(() -> exchange("amq.mine", "topic")))
        .isEqualTo(
            "403 ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'");
  }

  @Test
  void a_predefined_exchange_cannot_be_deleted() throws Exception {
    assertThat(channelError(() -> channel.exchangeDelete("amq.topic")))
        .isEqualTo(
            "403 ACCESS_REFUSED - deletion of system exchange 'amq.topic' in vhost '/' not allowed");
  }

  @Test
  void the_default_exchange_cannot_be_bound() throws Exception {
    queue("q");
    assertThat(channelError(() -> channel.queueBind("q", "", "k")))
        .isEqualTo("403 ACCESS_REFUSED - operation not permitted on the default exchange");
  }

  @Test
  void an_exchange_in_use_is_deleted_only_when_that_does_not_matter() throws Exception {
    exchange("x", "direct");
    queue("q");
    channel.queueBind("q", "x", "");

    assertThat(channelError(() -> channel.exchangeDelete("x", true)))
        .isEqualTo("406 PRECONDITION_FAILED - exchange 'x' in vhost '/' in use");
    channel = connection.createChannel();
    channel.exchangeDelete("x");
    channel.exchangeDelete("x");
  }

  @Test
  void binding_to_a_missing_queue_is_404_and_unbinding_is_fine() throws Exception {
    channel.queueUnbind("nowhere", "amq.direct", "k");

    assertThat(channelError(() -> channel.queueBind("nowhere", "amq.direct", "k")))
        .isEqualTo("404 NOT_FOUND - no queue 'nowhere' in vhost '/'");
  }

  @Test
  void of_two_things_that_are_missing_the_source_is_named() throws Exception {
    assertThat(channelError(() -> channel.queueBind("nowhere", "neither", "k")))
        .isEqualTo("404 NOT_FOUND - no exchange 'neither' in vhost '/'");
  }
}
