package io.pipeforce.broker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The management HTTP API, as far as our tools use it. */
class ManagementTest extends ManagementContract {

  @Test
  void without_credentials_nothing_is_told() throws Exception {
    assertThat(call("GET", "/overview", null, null).status()).isEqualTo(401);
    assertThat(call("GET", "/overview", null, credentials("guest:wrong")).status()).isEqualTo(401);
  }

  @Test
  void the_overview_tells_the_version() throws Exception {
    JsonNode overview = found("/overview");

    assertThat(overview.get("rabbitmq_version").asString())
        .startsWith(Product.of(broker).version() + ".");
    assertThat(overview.get("listeners").isArray()).isTrue();
  }

  @Test
  void a_queue_is_described() throws Exception {
    String queue = quorumQueue("x-delivery-limit", 5);

    JsonNode described = found("/queues/%2F/" + queue);

    assertThat(described.get("name").asString()).isEqualTo(queue);
    assertThat(described.get("vhost").asString()).isEqualTo("/");
    assertThat(described.get("type").asString()).isEqualTo("quorum");
    assertThat(described.get("durable").asBoolean()).isTrue();
    assertThat(described.get("auto_delete").asBoolean()).isFalse();
    assertThat(described.get("exclusive").asBoolean()).isFalse();
    assertThat(described.get("arguments").get("x-delivery-limit").asInt()).isEqualTo(5);
    assertThat(described.get("arguments").get("x-queue-type").asString()).isEqualTo("quorum");
  }

  @Test
  void the_messages_of_a_queue_are_counted() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");
    get(queue);
    consume(newChannel(), queue(), false);

    await()
        .atMost(STATISTICS)
        .untilAsserted(() -> {
          JsonNode described = found("/queues/%2F/" + queue);
          assertThat(count(described, "messages")).isEqualTo(3);
          assertThat(count(described, "messages_ready")).isEqualTo(2);
          assertThat(count(described, "messages_unacknowledged")).isEqualTo(1);
          assertThat(count(described, "consumers")).isZero();
        });
  }

  @Test
  void the_consumers_of_a_queue_are_counted() throws Exception {
    String queue = queue();
    consume(queue);

    await()
        .atMost(STATISTICS)
        .untilAsserted(
            () -> assertThat(count(found("/queues/%2F/" + queue), "consumers")).isEqualTo(1));
  }

  @Test
  void queues_are_listed() throws Exception {
    String queue = queue();

    assertThat(names(found("/queues"))).contains(queue);
    assertThat(names(found("/queues/%2F"))).contains(queue);
  }

  @Test
  void what_is_missing_is_answered_with_404() throws Exception {
    String missing = name("missing");

    for (String path :
        List.of(
            "/queues/%2F/" + missing,
            "/exchanges/%2F/" + missing,
            "/queues/nowhere/" + missing,
            "/no-such-thing")) {
      assertThat(call("GET", path, null, GUEST).status()).as(path).isEqualTo(404);
    }
    assertThat(call("GET", "/queues/%2F/" + missing, null, GUEST).body())
        .isEqualTo(JSON.readTree("{\"error\":\"Object Not Found\",\"reason\":\"Not Found\"}"));
  }

  @Test
  void a_queue_is_declared_and_deleted() throws Exception {
    String queue = name("queue");
    String body = "{\"durable\":true,\"auto_delete\":false,\"arguments\":{\"x-max-length\":5}}";

    assertThat(call("PUT", "/queues/%2F/" + queue, body, GUEST).status()).isEqualTo(201);
    assertThat(call("PUT", "/queues/%2F/" + queue, body, GUEST).status()).isEqualTo(204);
    channel.queueDeclare(queue, true, false, false, Map.of("x-max-length", 5));

    assertThat(call("DELETE", "/queues/%2F/" + queue, null, GUEST).status()).isEqualTo(204);
    assertThat(call("DELETE", "/queues/%2F/" + queue, null, GUEST).status()).isEqualTo(404);
  }

  @Test
  void an_inequivalent_declare_is_answered_with_400_and_the_reason() throws Exception {
    String queue = queue();

    Answer answer =
        call(
            "PUT",
            "/queues/%2F/" + queue,
            "{\"durable\":true,\"auto_delete\":true,\"arguments\":{}}",
            GUEST);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().get("error").asString()).isEqualTo("bad_request");
    assertThat(answer.body().get("reason").asString())
        .isEqualTo(
            "inequivalent arg 'auto_delete' for queue '"
                + queue
                + "' in vhost '/': received 'true' but current is 'false'");
  }

  @Test
  void a_body_that_is_no_json_is_answered_with_400() throws Exception {
    Answer answer = call("PUT", "/queues/%2F/" + name("queue"), "{oops", GUEST);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().get("error").asString()).isEqualTo("bad_request");
  }

  @Test
  void the_bindings_of_a_queue_are_listed() throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    channel.queueBind(queue, exchange, "order.*");
    channel.queueBind(queue, exchange, "bill.#", Map.of("note", "x"));

    JsonNode bindings = found("/queues/%2F/" + queue + "/bindings");

    assertThat(bindings)
        .extracting(binding ->
            binding.get("source").asString() + " " + binding.get("routing_key").asString())
        .containsExactlyInAnyOrder(" " + queue, exchange + " order.*", exchange + " bill.#");
    assertThat(bindings)
        .allSatisfy(binding -> {
          assertThat(binding.get("destination").asString()).isEqualTo(queue);
          assertThat(binding.get("destination_type").asString()).isEqualTo("queue");
          assertThat(binding.get("vhost").asString()).isEqualTo("/");
        });
  }

  @Test
  void a_binding_is_made_and_removed_by_its_properties_key() throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    String path = "/bindings/%2F/e/" + exchange + "/q/" + queue;

    assertThat(call("POST", path, "{\"routing_key\":\"order.*\",\"arguments\":{}}", GUEST).status())
        .isEqualTo(201);
    publish(exchange, "order.new", "hello");
    assertThat(take(queue)).isEqualTo("hello");

    String key = found(path).get(0).get("properties_key").asString();
    assertThat(key).isEqualTo("order.%2A");
    assertThat(call("DELETE", path + "/" + URLEncoder.encode(key, UTF_8), null, GUEST).status())
        .isEqualTo(204);
    assertThat(found(path)).isEmpty();
  }

  @Test
  void an_exchange_is_declared_described_and_deleted() throws Exception {
    String exchange = name("topic");
    String path = "/exchanges/%2F/" + exchange;

    assertThat(call("PUT", path, "{\"type\":\"topic\",\"durable\":true}", GUEST).status())
        .isEqualTo(201);
    JsonNode described = found(path);
    assertThat(described.get("type").asString()).isEqualTo("topic");
    assertThat(described.get("durable").asBoolean()).isTrue();
    assertThat(described.get("internal").asBoolean()).isFalse();
    assertThat(names(found("/exchanges/%2F"))).contains(exchange, "amq.topic", "");

    assertThat(call("DELETE", path, null, GUEST).status()).isEqualTo(204);
    assertThat(call("GET", path, null, GUEST).status()).isEqualTo(404);
  }

  @Test
  void a_message_is_published_and_told_whether_it_was_routed() throws Exception {
    String queue = queue();

    Answer routed = publishOverHttp(queue, "hello", "string");
    Answer lost = publishOverHttp(name("missing"), "hello", "string");

    assertThat(routed.status()).isEqualTo(200);
    assertThat(routed.body().get("routed").asBoolean()).isTrue();
    assertThat(lost.body().get("routed").asBoolean()).isFalse();
    GetResponse message = takeMessage(queue);
    assertThat(text(message)).isEqualTo("hello");
    assertThat(message.getProps().getHeaders().get("a")).isEqualTo(1L);
    assertThat(message.getProps().getDeliveryMode()).isEqualTo(2);
  }

  @Test
  void a_base64_payload_is_published_as_its_bytes() throws Exception {
    String queue = queue();

    publishOverHttp(queue, "AAEC", "base64");

    assertThat(takeMessage(queue).getBody()).containsExactly(0, 1, 2);
  }

  @Test
  void looking_at_messages_leaves_them_in_their_order() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");

    JsonNode seen = look(queue, 2, "ack_requeue_true");

    assertThat(seen).extracting(each -> each.get("payload").asString()).containsExactly("1", "2");
    JsonNode first = seen.get(0);
    assertThat(first.get("routing_key").asString()).isEqualTo(queue);
    assertThat(first.get("exchange").asString()).isEmpty();
    assertThat(first.get("redelivered").asBoolean()).isFalse();
    assertThat(first.get("message_count").asInt()).isEqualTo(2);
    assertThat(first.get("payload_bytes").asInt()).isEqualTo(1);
    assertThat(first.get("payload_encoding").asString()).isEqualTo("string");
    assertThat(first.get("properties").get("delivery_mode").asInt()).isEqualTo(2);
    assertThat(List.of(take(queue), take(queue), take(queue))).containsExactly("1", "2", "3");
  }

  @Test
  void taking_messages_removes_them() throws Exception {
    String queue = queue();
    send(queue, "1", "2");

    look(queue, 1, "ack_requeue_false");

    assertThat(take(queue)).isEqualTo("2");
  }

  @Test
  void bytes_that_are_no_text_are_shown_as_base64() throws Exception {
    String queue = queue();
    channel.basicPublish("", queue, null, new byte[] {(byte) 0xff, 0});
    awaitReady(queue, 1);

    JsonNode seen = look(queue, 1, "ack_requeue_false").get(0);

    assertThat(seen.get("payload_encoding").asString()).isEqualTo("base64");
    assertThat(seen.get("payload").asString()).isEqualTo("/wA=");
  }

  @Test
  void a_queue_is_purged() throws Exception {
    String queue = queue();
    send(queue, "1", "2");

    assertThat(call("DELETE", "/queues/%2F/" + queue + "/contents", null, GUEST).status())
        .isEqualTo(204);

    assertThat(ready(queue)).isZero();
  }

  @Test
  void connections_are_listed_with_the_name_that_the_client_gave() throws Exception {
    String name = name("connection");
    try (Connection connection = factory().newConnection(name)) {
      await()
          .atMost(STATISTICS)
          .untilAsserted(() ->
              assertThat(found("/connections"))
                  .extracting(
                      each -> each.path("client_properties").path("connection_name").asString(""))
                  .contains(name));
      assertThat(connection.isOpen()).isTrue();
    }
  }
}
