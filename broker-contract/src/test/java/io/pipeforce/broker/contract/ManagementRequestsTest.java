package io.pipeforce.broker.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** How the management HTTP API takes requests: methods, refusals, ack modes, health checks. */
class ManagementRequestsTest extends ManagementContract {

  // --- HTTP

  @Test
  void a_method_that_a_path_does_not_know_is_answered_with_405() throws Exception {
    for (String method : List.of("POST", "DELETE")) {
      Answer answer = call(method, "/overview", null, GUEST);

      assertThat(answer.status()).isEqualTo(405);
      assertThat(allowed(answer)).containsExactlyInAnyOrder("HEAD", "GET", "OPTIONS");
    }
  }

  @Test
  void options_tells_the_methods_of_a_path() throws Exception {
    Answer answer = call("OPTIONS", "/overview", null, GUEST);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(allowed(answer)).containsExactlyInAnyOrder("HEAD", "GET", "OPTIONS");
  }

  private static String[] allowed(Answer answer) {
    return answer.headers().firstValue("allow").orElse("").split(", ", -1);
  }

  @Test
  void head_answers_like_get_without_a_body() throws Exception {
    Answer answer = call("HEAD", "/exchanges/%2F/amq.topic", null, GUEST);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().firstValueAsLong("content-length").orElse(0)).isPositive();
    assertThat(answer.body().isMissingNode()).isTrue();
  }

  @Test
  void a_missing_credential_is_asked_for() throws Exception {
    Answer answer = call("GET", "/overview", null, null);

    assertThat(answer.headers().firstValue("www-authenticate"))
        .contains("Basic realm=\"RabbitMQ Management\"");
  }

  @Test
  void a_slash_at_the_end_changes_nothing() throws Exception {
    assertThat(names(found("/exchanges/%2F/"))).contains("amq.topic");
  }

  // --- refusals

  @Test
  void reserved_names_are_refused_with_401() throws Exception {
    assertThat(call("PUT", "/queues/%2F/amq.mine", "{}", GUEST).status()).isEqualTo(401);
    assertThat(call("PUT", "/exchanges/%2F/amq.mine", "{}", GUEST).status()).isEqualTo(401);
    assertThat(call("DELETE", "/exchanges/%2F/amq.topic", null, GUEST).body())
        .isEqualTo(JSON.readTree("{\"error\":\"not_authorised\",\"reason\":\"Access refused.\"}"));
  }

  @Test
  void what_is_in_use_is_not_deleted_when_that_was_asked_for() throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    channel.queueBind(queue, exchange, "#");
    send(queue, "1");

    assertThat(call("DELETE", "/queues/%2F/" + queue + "?if-empty=true", null, GUEST).status())
        .isEqualTo(400);
    assertThat(
            reason(call("DELETE", "/exchanges/%2F/" + exchange + "?if-unused=true", null, GUEST)))
        .isEqualTo("\"exchange '" + exchange + "' in vhost '/' in use\"");
  }

  @Test
  void flags_may_be_texts_but_no_other_words() throws Exception {
    String queue = name("queue");

    assertThat(call("PUT", "/queues/%2F/" + queue, "{\"durable\":\"yes\"}", GUEST).status())
        .isEqualTo(400);
    assertThat(call("PUT", "/queues/%2F/" + queue, "{\"durable\":\"true\"}", GUEST).status())
        .isEqualTo(201);
    assertThat(found("/queues/%2F/" + queue).get("durable").asBoolean()).isTrue();
  }

  @Test
  void an_exchange_is_direct_unless_it_says_otherwise() throws Exception {
    String exchange = name("exchange");

    assertThat(call("PUT", "/exchanges/%2F/" + exchange, "{}", GUEST).status()).isEqualTo(201);
    assertThat(found("/exchanges/%2F/" + exchange).get("type").asString()).isEqualTo("direct");
  }

  @Test
  void a_binding_of_what_is_missing_is_refused() throws Exception {
    String queue = queue();
    String missing = name("missing");

    Answer answer = call("POST", "/bindings/%2F/e/amq.topic/q/" + missing, "{}", GUEST);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body())
        .isEqualTo(
            JSON.readTree(
                "{\"error\":\"not_found\",\"reason\":\"no queue '%s' in vhost '/'\"}"
                    .formatted(missing)));
    assertThat(found("/bindings/%2F/e/" + missing + "/q/" + queue)).isEmpty();
    assertThat(call("DELETE", "/bindings/%2F/e/amq.topic/q/" + queue + "/x", null, GUEST).status())
        .isEqualTo(404);
  }

  // --- messages

  @ParameterizedTest
  @ValueSource(strings = {"ack_requeue_true", "reject_requeue_true"})
  void a_message_that_is_only_looked_at_is_redelivered(String mode) throws Exception {
    String queue = queue();
    send(queue, "1");

    assertThat(look(queue, 1, mode).get(0).get("redelivered").asBoolean()).isFalse();
    assertThat(look(queue, 1, mode).get(0).get("redelivered").asBoolean()).isTrue();
    assertThat(take(queue)).isEqualTo("1");
  }

  @Test
  void a_message_that_is_rejected_is_dead_lettered() throws Exception {
    String graveyard = queue();
    String queue = queue("x-dead-letter-exchange", "", "x-dead-letter-routing-key", graveyard);
    send(queue, "1", "2");

    look(queue, 1, "ack_requeue_false");
    look(queue, 1, "reject_requeue_false");

    assertThat(take(graveyard)).isEqualTo("2");
    assertThat(ready(queue)).isZero();
  }

  @Test
  void more_messages_than_there_are_can_be_asked_for() throws Exception {
    String queue = queue();
    send(queue, "1", "2");

    assertThat(look(queue, 10, "ack_requeue_true")).hasSize(2);
    assertThat(look(queue, 0, "ack_requeue_true")).isEmpty();
  }

  @Test
  void a_long_payload_is_cut_when_that_was_asked_for() throws Exception {
    String queue = queue();
    send(queue, "0123456789");

    JsonNode seen =
        call(
                "POST",
                "/queues/%2F/" + queue + "/get",
                "{\"count\":1,\"ackmode\":\"ack_requeue_true\",\"encoding\":\"auto\",\"truncate\":3}",
                GUEST)
            .body()
            .get(0);

    assertThat(seen.get("payload").asString()).isEqualTo("012");
    assertThat(seen.get("payload_bytes").asInt()).isEqualTo(10);
  }

  @Test
  void a_payload_can_be_asked_for_as_base64() throws Exception {
    String queue = queue();
    send(queue, "hi");

    JsonNode seen =
        call(
                "POST",
                "/queues/%2F/" + queue + "/get",
                "{\"count\":\"1\",\"ackmode\":\"ack_requeue_true\",\"encoding\":\"base64\"}",
                GUEST)
            .body()
            .get(0);

    assertThat(seen.get("payload").asString()).isEqualTo("aGk=");
    assertThat(seen.get("payload_encoding").asString()).isEqualTo("base64");
  }

  @Test
  void an_unknown_encoding_is_refused() throws Exception {
    String queue = queue();

    Answer got =
        call(
            "POST",
            "/queues/%2F/" + queue + "/get",
            "{\"count\":1,\"ackmode\":\"ack_requeue_true\",\"encoding\":\"x\"}",
            GUEST);
    Answer published = publishOverHttp(queue, "x", "x");
    Answer garbled = publishOverHttp(queue, "!!", "base64");

    assertThat(reason(got)).isEqualTo("\"Unsupported encoding. Please use auto or base64.\"");
    assertThat(reason(published)).isEqualTo("[\"unsupported_encoding\",\"x\"]");
    assertThat(reason(garbled)).isEqualTo("[\"not_base64\",\"!!\"]");
  }

  @Test
  void properties_of_the_wrong_type_are_refused() throws Exception {
    String queue = queue();

    assertThat(reason(publishWith(queue, "{\"delivery_mode\":\"2\"}")))
        .isEqualTo("[\"not_int\",\"delivery_mode\"]");
    assertThat(reason(publishWith(queue, "{\"expiration\":60000}")))
        .isEqualTo("[\"not_string\",\"expiration\"]");
    assertThat(reason(publishWith(queue, "{\"expiration\":\"abc\"}")))
        .contains("PRECONDITION_FAILED - invalid expiration 'abc'");
    assertThat(reason(publishWith(queue, "{\"user_id\":\"bob\"}")))
        .contains("user_id property set to 'bob' but authenticated user was 'guest'");
  }

  private Answer publishWith(String key, String properties) throws Exception {
    return call(
        "POST",
        "/exchanges/%2F/amq.default/publish",
        "{\"properties\":%s,\"routing_key\":\"%s\",\"payload\":\"x\",\"payload_encoding\":\"string\"}"
            .formatted(properties, key),
        GUEST);
  }

  @Test
  void nothing_is_published_to_an_internal_exchange() throws Exception {
    String exchange = name("internal");
    channel.exchangeDeclare(exchange, "topic", true, false, true, Map.of());

    Answer answer =
        call(
            "POST",
            "/exchanges/%2F/" + exchange + "/publish",
            "{\"properties\":{},\"routing_key\":\"x\",\"payload\":\"x\",\"payload_encoding\":\"string\"}",
            GUEST);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(reason(answer)).contains("ACCESS_REFUSED - cannot publish to internal exchange");
  }

  // --- clients

  @Test
  void a_connection_is_closed_with_the_reason_given() throws Exception {
    String name = passingName("connection");
    Connection connection = factory().newConnection(name);
    JsonNode described =
        await()
            .atMost(STATISTICS)
            .until(() -> ofClient("/connections", name), each -> !each.isMissingNode());
    String path =
        "/connections/"
            + URLEncoder.encode(described.get("name").asString(), StandardCharsets.UTF_8)
                .replace("+", "%20");
    assertThat(found(path).get("user_provided_name").asString()).isEqualTo(name);

    Close close =
        closeOf(
            on(connection),
            () -> assertThat(call("DELETE", path, null, GUEST).status()).isEqualTo(204));

    assertThat(close.code()).isEqualTo(320);
    assertThat(close.text()).isEqualTo("CONNECTION_FORCED - Closed via management plugin");
    await().atMost(STATISTICS).until(() -> call("GET", path, null, GUEST).status() == 404);
  }

  private JsonNode ofClient(String path, String name) throws Exception {
    return found(path)
        .valueStream()
        .filter(each -> each.path("user_provided_name").asString("").equals(name))
        .findFirst()
        .orElse(JSON.missingNode());
  }

  @Test
  void a_channel_tells_its_prefetch_its_mode_and_its_consumers() throws Exception {
    channel.basicQos(7);
    channel.confirmSelect();
    Inbox inbox = consume(queue());

    JsonNode described =
        await()
            .atMost(STATISTICS)
            // RabbitMQ tells of a consumer before it knows its channel.
            .until(() -> consumer(inbox.tag()), each -> each.path("channel_details").has("name"));

    assertThat(described.get("prefetch_count").asInt()).isEqualTo(7);
    assertThat(described.get("ack_required").asBoolean()).isTrue();
    String name = described.get("channel_details").get("name").asString();
    JsonNode itsChannel =
        await()
            .atMost(STATISTICS)
            .until(
                () -> named(found("/channels"), name),
                each -> each.path("consumer_count").asInt(0) == 1);
    assertThat(itsChannel.get("confirm").asBoolean()).isTrue();
    assertThat(itsChannel.get("transactional").asBoolean()).isFalse();
    assertThat(itsChannel.get("prefetch_count").asInt()).isEqualTo(7);
  }

  private JsonNode consumer(String tag) throws Exception {
    return found("/consumers/%2F")
        .valueStream()
        .filter(each -> each.get("consumer_tag").asString().equals(tag))
        .findFirst()
        .orElse(JSON.missingNode());
  }

  // --- what there is none of, and health

  @Test
  void there_are_no_policies_limits_and_parameters() throws Exception {
    for (String path :
        List.of("/policies/%2F", "/operator-policies", "/vhost-limits", "/topic-permissions")) {
      assertThat(found(path)).as(path).isEmpty();
    }
    get("/policies/%2F/none", 404);
    get("/users/nobody", 404);
    get("/vhosts/nowhere", 404);
  }

  @Test
  void guest_may_do_everything() throws Exception {
    assertThat(found("/whoami").get("name").asString()).isEqualTo("guest");
    assertThat(found("/permissions/%2F/guest"))
        .isEqualTo(
            JSON.readTree(
                """
                {"user":"guest","vhost":"/","configure":".*","write":".*","read":".*"}\
                """));
    assertThat(found("/users/guest").get("tags").get(0).asString()).isEqualTo("administrator");
    assertThat(found("/vhosts/%2F").get("tracing").asBoolean()).isFalse();
  }

  @Test
  void a_healthy_broker_passes_the_health_checks() throws Exception {
    int port = broker.uri().getPort();
    for (String check :
        List.of(
            "alarms",
            "local-alarms",
            "virtual-hosts",
            "certificate-expiration/1/weeks",
            "node-is-quorum-critical",
            "port-listener/" + port,
            "protocol-listener/amqp091")) {
      assertThat(found("/health/checks/" + check).get("status").asString())
          .as(check)
          .isEqualTo("ok");
    }
    String node = found("/overview").get("node").asString();
    assertThat(found("/nodes/" + node).get("running").asBoolean()).isTrue();
  }

  @Test
  void a_listener_that_is_missing_fails_its_health_check() throws Exception {
    JsonNode port = get("/health/checks/port-listener/1", 503).body();
    assertThat(port.get("status").asString()).isEqualTo("failed");
    assertThat(port.get("reason").asString()).isEqualTo("No active listener");
    assertThat(port.get("missing").asInt()).isEqualTo(1);

    JsonNode protocol = get("/health/checks/protocol-listener/mqtt", 503).body();
    assertThat(protocol.get("missing").toString()).contains("mqtt");
    assertThat(protocol.get("protocols").valueStream().map(JsonNode::asString)).contains("amqp");

    get("/health/checks/port-listener/x", 400);
    get("/health/checks/certificate-expiration/1/moons", 400);
  }
}
