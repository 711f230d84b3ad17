package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static io.pipeforce.broker.contract.Close.connection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Declaring and deleting exchanges, and when they go by themselves. */
class ExchangesTest extends Contract {

  @Test
  void the_predefined_exchanges_exist() throws Exception {
    for (String name :
        List.of("amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match")) {
      channel.exchangeDeclarePassive(name);
    }
    channel.exchangeDeclare("amq.match", "headers", true);
  }

  @Test
  void a_passive_declare_of_a_missing_exchange_closes_the_channel() throws Exception {
    String missing = name("missing");

    assertThat(refused(() -> channel.exchangeDeclarePassive(missing)))
        .isEqualTo(channel(404, "NOT_FOUND - no exchange '" + missing + "' in vhost '/'"));
  }

  @Test
  void a_passive_declare_ignores_the_type() throws Exception {
    assertThat(channel.exchangeDeclarePassive(exchange("topic"))).isNotNull();
  }

  @Test
  void declaring_again_with_the_same_properties_changes_nothing() throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    channel.queueBind(queue, exchange, "#");

    channel.exchangeDeclare(exchange, "topic", true);
    publish(exchange, "any", "hello");

    assertThat(take(queue)).isEqualTo("hello");
  }

  @Test
  void declaring_again_with_another_durability_closes_only_the_channel() throws Exception {
    String exchange = exchange("topic");

    assertThat(refused(() -> channel.exchangeDeclare(exchange, "topic", false)))
        .isEqualTo(channel(406, inequivalent(exchange, "durable", "'false'", "'true'")));
    newChannel().exchangeDeclarePassive(exchange);
  }

  @Test
  void declaring_again_with_another_type_is_refused() throws Exception {
    String exchange = exchange("topic");

    assertThat(refused(() -> channel.exchangeDeclare(exchange, "fanout", true)))
        .isEqualTo(channel(406, inequivalent(exchange, "type", "'fanout'", "'topic'")));
  }

  @Test
  void declaring_again_with_another_auto_delete_is_refused() throws Exception {
    String exchange = exchange("topic");

    assertThat(refused(() -> channel.exchangeDeclare(exchange, "topic", true, true, null)))
        .isEqualTo(channel(406, inequivalent(exchange, "auto_delete", "'true'", "'false'")));
  }

  @Test
  void declaring_again_as_internal_is_refused() throws Exception {
    String exchange = exchange("topic");

    assertThat(refused(() -> channel.exchangeDeclare(exchange, "topic", true, false, true, null)))
        .isEqualTo(channel(406, inequivalent(exchange, "internal", "'true'", "'false'")));
  }

  @Test
  void declaring_again_with_another_alternate_exchange_is_refused() throws Exception {
    String exchange = exchange("topic", "alternate-exchange", "amq.fanout");

    assertThat(
            refused(() ->
                channel.exchangeDeclare(
                    exchange, "topic", true, false, Map.of("alternate-exchange", "amq.direct"))))
        .isEqualTo(
            channel(
                406, inequivalent(exchange, "alternate-exchange", "'amq.direct'", "'amq.fanout'")));
  }

  @Test
  @Differs(on310 = "the connection is closed with 503")
  void an_unknown_type_is_refused() throws Exception {
    Connection own = newConnection();
    Channel onOwn = on(own);
    String exchange = name("odd");

    assertThat(closeOf(onOwn, () -> onOwn.exchangeDeclare(exchange, "odd", true)))
        .isEqualTo(
            since4(
                channel(406, "PRECONDITION_FAILED - unknown exchange type 'odd'"),
                connection(503, "COMMAND_INVALID - unknown exchange type 'odd'")));
  }

  @Test
  void the_default_exchange_is_declared_by_nobody() throws Exception {
    assertThat(refused(() -> channel.exchangeDeclare("", "direct", true)))
        .isEqualTo(
            channel(403, "ACCESS_REFUSED - operation not permitted on the default exchange"));
  }

  @Test
  void the_default_exchange_is_deleted_by_nobody() throws Exception {
    assertThat(refused(() -> channel.exchangeDelete("")))
        .isEqualTo(
            channel(403, "ACCESS_REFUSED - operation not permitted on the default exchange"));
  }

  @Test
  void nobody_binds_to_the_default_exchange() throws Exception {
    String queue = queue();

    assertThat(refused(() -> channel.queueBind(queue, "", "key")))
        .isEqualTo(
            channel(403, "ACCESS_REFUSED - operation not permitted on the default exchange"));
    Channel second = newChannel();
    assertThat(closeOf(second, () -> second.queueUnbind(queue, "", queue)))
        .isEqualTo(
            channel(403, "ACCESS_REFUSED - operation not permitted on the default exchange"));
    Channel third = newChannel();
    assertThat(closeOf(third, () -> third.exchangeBind("amq.fanout", "", "key")))
        .isEqualTo(
            channel(403, "ACCESS_REFUSED - operation not permitted on the default exchange"));
  }

  @Test
  void names_that_begin_with_amq_are_reserved() throws Exception {
    assertThat(refused(() -> channel.exchangeDeclare("amq.mine", "topic", true)))
        .isEqualTo(
            channel(
                403, "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'"));
  }

  @Test
  void a_predefined_exchange_is_not_deleted() throws Exception {
    assertThat(refused(() -> channel.exchangeDelete("amq.topic")))
        .isEqualTo(
            channel(
                403,
                "ACCESS_REFUSED - deletion of system exchange 'amq.topic' in vhost '/' not allowed"));
  }

  @Test
  void deleting_a_missing_exchange_succeeds() throws Exception {
    assertThat(channel.exchangeDelete(name("missing"))).isNotNull();
  }

  @Test
  void an_exchange_in_use_is_not_deleted_if_unused() throws Exception {
    String exchange = exchange("topic");
    channel.queueBind(queue(), exchange, "#");

    assertThat(refused(() -> channel.exchangeDelete(exchange, true)))
        .isEqualTo(
            channel(406, "PRECONDITION_FAILED - exchange '" + exchange + "' in vhost '/' in use"));
  }

  @Test
  void an_exchange_without_bindings_is_deleted_if_unused() throws Exception {
    String exchange = exchange("topic");

    channel.exchangeDelete(exchange, true);

    assertThat(refused(() -> channel.exchangeDeclarePassive(exchange)).code()).isEqualTo(404);
  }

  @Test
  void an_auto_delete_exchange_goes_with_its_last_binding() throws Exception {
    String exchange = name("auto");
    String queue = queue();
    channel.exchangeDeclare(exchange, "topic", true, true, null);
    channel.queueBind(queue, exchange, "a");
    channel.queueBind(queue, exchange, "b");

    channel.queueUnbind(queue, exchange, "a");
    channel.exchangeDeclarePassive(exchange);
    channel.queueUnbind(queue, exchange, "b");

    awaitGone(exchange);
  }

  @Test
  void an_auto_delete_exchange_goes_with_the_queue_that_was_bound_last() throws Exception {
    String exchange = name("auto");
    String queue = queue();
    channel.exchangeDeclare(exchange, "topic", true, true, null);
    channel.queueBind(queue, exchange, "a");

    channel.queueDelete(queue);

    awaitGone(exchange);
  }

  @Test
  void publishing_to_an_internal_exchange_is_refused() throws Exception {
    String exchange = name("internal");
    channel.exchangeDeclare(exchange, "topic", true, false, true, null);

    assertThat(refused(() -> channel.basicPublish(exchange, "key", null, new byte[0])))
        .isEqualTo(
            channel(
                403,
                "ACCESS_REFUSED - cannot publish to internal exchange '"
                    + exchange
                    + "' in vhost '/'"));
  }

  @Test
  void an_internal_exchange_receives_from_other_exchanges() throws Exception {
    String source = exchange("topic");
    String internal = name("internal");
    String queue = queue();
    channel.exchangeDeclare(internal, "fanout", true, false, true, null);
    channel.exchangeBind(internal, source, "#");
    channel.queueBind(queue, internal, "");

    publish(source, "key", "hello");

    assertThat(take(queue)).isEqualTo("hello");
  }

  @Test
  void what_an_exchange_cannot_route_goes_to_its_alternate_exchange() throws Exception {
    String alternate = exchange("fanout");
    String exchange = exchange("topic", "alternate-exchange", alternate);
    String routed = queue();
    String unrouted = queue();
    channel.queueBind(routed, exchange, "known");
    channel.queueBind(unrouted, alternate, "");

    publish(exchange, "known", "1");
    publish(exchange, "unknown", "2");

    assertThat(take(routed)).isEqualTo("1");
    assertThat(take(unrouted)).isEqualTo("2");
    assertThat(ready(unrouted)).isZero();
  }

  @Test
  void what_the_alternate_exchange_takes_does_not_come_back_to_a_mandatory_publisher()
      throws Exception {
    String alternate = exchange("topic");
    String exchange = exchange("topic", "alternate-exchange", alternate);
    channel.queueBind(queue(), alternate, "known.#");

    assertThat(Unroutable.probe(newChannel(), exchange, "known.1")).isFalse();
    assertThat(Unroutable.probe(newChannel(), exchange, "unknown.1")).isTrue();
  }

  @Test
  void a_deleted_queue_takes_its_bindings_along() throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    channel.queueBind(queue, exchange, "#");
    channel.queueDelete(queue);
    channel.queueDeclare(queue, true, false, false, null);

    assertThat(Unroutable.probe(newChannel(), exchange, "any")).isTrue();
  }

  @Test
  void a_missing_alternate_exchange_drops_the_message() throws Exception {
    String exchange = exchange("topic", "alternate-exchange", name("missing"));

    publish(exchange, "unknown", "1");

    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void an_argument_of_the_wrong_type_is_refused() throws Exception {
    String exchange = name("topic");

    assertThat(
            refused(() ->
                channel.exchangeDeclare(
                    exchange, "topic", true, false, Map.of("alternate-exchange", 1))))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - invalid type 'signedint' for arg 'alternate-exchange' in exchange '"
                    + exchange
                    + "' in vhost '/'"));
  }

  @Test
  void a_deleted_exchange_takes_its_bindings_along() throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    channel.queueBind(queue, exchange, "#");
    channel.exchangeDelete(exchange);
    channel.exchangeDeclare(exchange, "topic", true);

    publish(exchange, "key", "lost");
    send(queue, "kept");

    assertThat(take(queue)).isEqualTo("kept");
  }

  private static String inequivalent(String exchange, String argument, String got, String is) {
    return "PRECONDITION_FAILED - inequivalent arg '"
        + argument
        + "' for exchange '"
        + exchange
        + "' in vhost '/': received "
        + got
        + " but current is "
        + is;
  }

  private void awaitGone(String exchange) {
    await()
        .atMost(PATIENCE)
        .until(() -> {
          Channel prober = newChannel();
          try {
            prober.exchangeDeclarePassive(exchange);
            prober.close();
            return false;
          } catch (java.io.IOException e) {
            return true;
          }
        });
  }
}
