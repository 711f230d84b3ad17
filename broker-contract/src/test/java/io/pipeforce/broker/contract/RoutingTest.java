package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which queues get a message. */
class RoutingTest extends Contract {

  /** By type, and the queue to be bound to them: one of each serves a whole table of bindings. */
  private final Map<String, String> exchanges = new HashMap<>();

  private @Nullable String target;

  @Test
  void the_default_exchange_routes_to_the_queue_that_has_the_routing_key_as_its_name()
      throws Exception {
    String queue = queue();

    publish("", queue, "hello");

    GetResponse message = takeMessage(queue);
    assertThat(message.getEnvelope().getExchange()).isEmpty();
    assertThat(message.getEnvelope().getRoutingKey()).isEqualTo(queue);
  }

  @Test
  void a_direct_exchange_compares_the_whole_key() throws Exception {
    assertRoutes("direct", "order.new", "order.new", true);
    assertRoutes("direct", "order.*", "order.new", false);
    assertRoutes("direct", "order", "order.new", false);
    assertRoutes("direct", "", "", true);
  }

  @Test
  void a_fanout_exchange_ignores_the_key() throws Exception {
    assertRoutes("fanout", "one", "another", true);
  }

  @Test
  void a_star_is_exactly_one_word() throws Exception {
    assertRoutes("topic", "order.*", "order.new", true);
    assertRoutes("topic", "order.*", "order", false);
    assertRoutes("topic", "order.*", "order.new.eu", false);
    assertRoutes("topic", "order.*", "order.", true);
    assertRoutes("topic", "*.new", "order.new", true);
    assertRoutes("topic", "*.*", "order", false);
    assertRoutes("topic", "*", "", false);
    assertRoutes("topic", "order.*.eu", "order..eu", true);
  }

  @Test
  void a_hash_is_any_number_of_words() throws Exception {
    assertRoutes("topic", "#", "order.new.eu", true);
    assertRoutes("topic", "#", "", true);
    assertRoutes("topic", "order.#", "order", true);
    assertRoutes("topic", "order.#", "order.new.eu", true);
    assertRoutes("topic", "order.#", "orders.new", false);
    assertRoutes("topic", "#.eu", "eu", true);
    assertRoutes("topic", "order.#.eu", "order.eu", true);
    assertRoutes("topic", "order.#.eu", "order.a.b.eu", true);
    assertRoutes("topic", "order.#.eu", "order.a.b.us", false);
    assertRoutes("topic", "#.#", "a", true);
    assertRoutes("topic", "*.#", "", false);
    assertRoutes("topic", "*.#", "a.b", true);
    assertRoutes("topic", "#.*", "a.b", true);
  }

  @Test
  void wildcards_within_a_word_are_ordinary_characters() throws Exception {
    assertRoutes("topic", "or*", "order", false);
    assertRoutes("topic", "or*", "or*", true);
    assertRoutes("topic", "a#.b", "a#.b", true);
  }

  @Test
  void a_headers_exchange_matches_all_headers_unless_told_otherwise() throws Exception {
    Map<String, Object> binding = arguments("type", "order", "region", "eu");

    assertMatches(binding, arguments("type", "order", "region", "eu", "more", 1), true);
    assertMatches(binding, arguments("type", "order"), false);
    assertMatches(binding, arguments("type", "order", "region", "us"), false);
  }

  @Test
  void a_headers_exchange_may_match_any_header() throws Exception {
    Map<String, Object> binding = arguments("x-match", "any", "type", "order", "region", "eu");

    assertMatches(binding, arguments("type", "order", "region", "us"), true);
    assertMatches(binding, arguments("type", "bill"), false);
    assertMatches(arguments("x-match", "any"), arguments("a", 1), false);
    assertMatches(arguments("x-match", "all"), arguments("a", 1), true);
  }

  @Test
  void headers_that_begin_with_x_count_only_where_the_match_says_so() throws Exception {
    assertMatches(arguments("x-match", "all", "x-a", 1), arguments("b", 1), true);
    assertMatches(arguments("x-match", "all-with-x", "x-a", 1), arguments("b", 1), false);
    assertMatches(arguments("x-match", "all-with-x", "x-a", 1), arguments("x-a", 1), true);
    assertMatches(arguments("x-match", "any-with-x", "x-a", 1, "c", 1), arguments("x-a", 1), true);
  }

  @Test
  void a_binding_header_without_a_value_asks_only_for_presence() throws Exception {
    Map<String, Object> binding = new HashMap<>();
    binding.put("type", null);

    assertMatches(binding, arguments("type", "anything"), true);
    assertMatches(binding, arguments("other", "anything"), false);
  }

  @Test
  @Differs(on310 = "1 and 1.0 are equal")
  void header_values_are_compared_with_their_types() throws Exception {
    assertMatches(arguments("n", 1), arguments("n", 1L), true);
    assertMatches(arguments("n", 1), arguments("n", "1"), false);
    assertMatches(arguments("n", 1), arguments("n", 1.0d), since4(false, true));
    assertMatches(arguments("b", true), arguments("b", true), true);
    assertMatches(arguments("b", true), arguments("b", "true"), false);
    assertMatches(arguments("l", List.of("a", 1)), arguments("l", List.of("a", 1)), true);
  }

  @Test
  void an_unknown_match_is_refused() throws Exception {
    String exchange = exchange("headers");
    String queue = queue();

    assertThat(refused(() -> channel.queueBind(queue, exchange, "", Map.of("x-match", "most"))))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - Invalid x-match field value <<\"most\">>; expected all, any, all-with-x, or any-with-x"));
  }

  @Test
  void a_queue_gets_one_copy_however_many_of_its_bindings_match() throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    channel.queueBind(queue, exchange, "#");
    channel.queueBind(queue, exchange, "order.*");
    channel.queueBind(queue, exchange, "order.new");

    publish(exchange, "order.new", "1");

    assertThat(take(queue)).isEqualTo("1");
    assertThat(ready(queue)).isZero();
  }

  @Test
  void every_matching_queue_gets_its_own_copy() throws Exception {
    String exchange = exchange("topic");
    String first = queue();
    String second = queue();
    channel.queueBind(first, exchange, "order.*");
    channel.queueBind(second, exchange, "#");

    publish(exchange, "order.new", "1");

    assertThat(take(first)).isEqualTo("1");
    assertThat(take(second)).isEqualTo("1");
  }

  @Test
  void binding_twice_is_one_binding() throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    channel.queueBind(queue, exchange, "a");
    channel.queueBind(queue, exchange, "a");
    channel.queueUnbind(queue, exchange, "a");

    publish(exchange, "a", "lost");
    send(queue, "kept");

    assertThat(take(queue)).isEqualTo("kept");
  }

  @Test
  void bindings_with_other_arguments_are_other_bindings() throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    channel.queueBind(queue, exchange, "a", Map.of("note", "1"));
    channel.queueBind(queue, exchange, "a", Map.of("note", "2"));
    channel.queueUnbind(queue, exchange, "a", Map.of("note", "1"));

    publish(exchange, "a", "kept");

    assertThat(take(queue)).isEqualTo("kept");
  }

  @Test
  void unbinding_what_is_not_bound_succeeds() throws Exception {
    assertThat(channel.queueUnbind(queue(), exchange("topic"), "never")).isNotNull();
    assertThat(channel.queueUnbind(name("missing"), "amq.topic", "never")).isNotNull();
    assertThat(channel.queueUnbind(queue(), name("missing"), "never")).isNotNull();
  }

  @Test
  void binding_to_or_from_what_is_missing_is_not_found() throws Exception {
    String missing = name("missing");
    String queue = queue();

    assertThat(refused(() -> channel.queueBind(queue, missing, "k")))
        .isEqualTo(channel(404, "NOT_FOUND - no exchange '" + missing + "' in vhost '/'"));
    Channel second = newChannel();
    assertThat(closeOf(second, () -> second.queueBind(missing, "amq.topic", "k")))
        .isEqualTo(channel(404, "NOT_FOUND - no queue '" + missing + "' in vhost '/'"));
    Channel third = newChannel();
    assertThat(closeOf(third, () -> third.exchangeBind(missing, "amq.topic", "k")))
        .isEqualTo(channel(404, "NOT_FOUND - no exchange '" + missing + "' in vhost '/'"));
  }

  @Test
  void an_empty_queue_and_an_empty_key_bind_the_last_queue_by_its_own_name() throws Exception {
    String exchange = exchange("direct");
    String queue = queue();
    channel.queueBind("", exchange, "");

    publish(exchange, queue, "by name");

    assertThat(take(queue)).isEqualTo("by name");
  }

  @Test
  void exchanges_are_bound_to_exchanges() throws Exception {
    String source = exchange("topic");
    String destination = exchange("direct");
    String queue = queue();
    channel.exchangeBind(destination, source, "order.#");
    channel.queueBind(queue, destination, "order.new");

    publish(source, "order.new", "1");
    publish(source, "order.old", "2");
    channel.exchangeUnbind(destination, source, "order.#");
    publish(source, "order.new", "3");
    send(queue, "last");

    assertThat(take(queue)).isEqualTo("1");
    assertThat(take(queue)).isEqualTo("last");
  }

  @Test
  void a_cycle_of_exchanges_delivers_once() throws Exception {
    String one = exchange("fanout");
    String two = exchange("fanout");
    String queue = queue();
    channel.exchangeBind(two, one, "");
    channel.exchangeBind(one, two, "");
    channel.queueBind(queue, two, "");
    channel.queueBind(queue, one, "");

    publish(one, "", "1");

    assertThat(take(queue)).isEqualTo("1");
    assertThat(ready(queue)).isZero();
  }

  @Test
  void the_header_CC_names_further_keys() throws Exception {
    String exchange = exchange("direct");
    String first = queue();
    String second = queue();
    channel.queueBind(first, exchange, "a");
    channel.queueBind(second, exchange, "b");

    publish(exchange, "a", properties("CC", List.of("b", "c")), "1");

    assertThat(take(first)).isEqualTo("1");
    GetResponse copy = takeMessage(second);
    assertThat(copy.getEnvelope().getRoutingKey()).isEqualTo("a");
    assertThat(copy.getProps().getHeaders().get("CC").toString()).isEqualTo("[b, c]");
  }

  @Test
  void the_header_BCC_is_taken_off_before_delivery() throws Exception {
    String exchange = exchange("direct");
    String hidden = queue();
    channel.queueBind(hidden, exchange, "b");

    publish(exchange, "a", properties("BCC", List.of("b"), "kept", "yes"), "1");

    assertThat(takeMessage(hidden).getProps().getHeaders()).containsOnlyKeys("kept");
  }

  @Test
  void a_CC_header_that_is_no_list_is_refused() throws Exception {
    assertThat(
            refused(
                () -> channel.basicPublish("amq.direct", "a", properties("CC", "b"), new byte[0])))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"CC\",longstr}"));
  }

  private void assertRoutes(String type, String binding, String key, boolean expected)
      throws Exception {
    assertArrives(type, binding, Map.of(), key, new BasicProperties(), expected);
  }

  private void assertMatches(
      Map<String, Object> binding, Map<String, Object> headers, boolean expected) throws Exception {
    assertArrives(
        "headers",
        "",
        binding,
        "",
        new BasicProperties.Builder().headers(headers).build(),
        expected);
  }

  private void assertArrives(
      String type,
      String bindingKey,
      Map<String, Object> binding,
      String key,
      BasicProperties properties,
      boolean expected)
      throws Exception {
    String exchange = exchanges.get(type);
    if (exchange == null) {
      exchange = exchange(type);
      exchanges.put(type, exchange);
    }
    if (target == null) {
      target = queue();
    }
    String queue = target;
    channel.queueBind(queue, exchange, bindingKey, binding);
    publish(exchange, key, properties, "routed");
    publish("", queue, new BasicProperties(), "end");
    String first = take(queue);
    assertThat(first)
        .as("%s binding '%s' %s, key '%s' %s", type, bindingKey, binding, key, properties)
        .isEqualTo(expected ? "routed" : "end");
    if (expected) {
      assertThat(take(queue)).isEqualTo("end");
    }
    channel.queueUnbind(queue, exchange, bindingKey, binding);
  }
}
