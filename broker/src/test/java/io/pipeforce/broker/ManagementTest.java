package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ManagementTest extends BrokerTest {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private record Answer(int status, JsonNode json, Map<String, String> headers) {}

  @Override
  BrokerOptions options() {
    return BrokerOptions.local().withManagementPort(0);
  }

  private Answer call(String method, String path, String body, String credentials)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(broker.managementUri().orElseThrow() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!credentials.isEmpty()) {
      request.header(
          "Authorization",
          "Basic "
              + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    JsonMapper mapper = JsonMapper.shared();
    return new Answer(
        response.statusCode(),
        response.body().isEmpty() ? mapper.nullNode() : mapper.readTree(response.body()),
        Map.of("Location", response.headers().firstValue("Location").orElse("")));
  }

  private Answer call(String method, String path, String body) throws Exception {
    return call(method, path, body, "guest:guest");
  }

  private JsonNode get(String path, int status) throws Exception {
    Answer answer = call("GET", path, "");
    assertThat(answer.status()).as(path).isEqualTo(status);
    return answer.json();
  }

  @ParameterizedTest
  @CsvSource({"'', 401", "guest:wrong, 401", "root:guest, 401", "guest, 400"})
  void without_the_right_credentials_nothing_is_told(String credentials, int status)
      throws Exception {
    Answer answer = call("GET", "/api/overview", "", credentials);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().has("rabbitmq_version")).isFalse();
  }

  @Test
  void the_overview_counts_what_there_is() throws Exception {
    queue("q");
    publish("q", "m");
    awaitReady("q", 1);

    JsonNode overview = get("/api/overview", 200);

    assertThat(overview.get("rabbitmq_version").asString()).startsWith("4.");
    assertThat(overview.at("/queue_totals/messages_ready").asInt()).isEqualTo(1);
    assertThat(overview.at("/object_totals/queues").asInt()).isEqualTo(1);
    assertThat(overview.at("/object_totals/connections").asInt()).isEqualTo(1);
  }

  @Test
  void a_queue_tells_its_messages_and_consumers() throws Exception {
    quorum("a/b", Map.of("x-message-ttl", 60_000));
    publish("a/b", "12345");
    publish("a/b", "678");
    channel.basicQos(1);
    consume("a/b");
    awaitReady("a/b", 1);

    JsonNode queue = get("/api/queues/%2F/a%2Fb", 200);

    assertThat(queue.get("name").asString()).isEqualTo("a/b");
    assertThat(queue.get("type").asString()).isEqualTo("quorum");
    assertThat(queue.get("durable").asBoolean()).isTrue();
    assertThat(queue.at("/arguments/x-message-ttl").asInt()).isEqualTo(60_000);
    assertThat(queue.get("messages").asInt()).isEqualTo(2);
    assertThat(queue.get("messages_ready").asInt()).isEqualTo(1);
    assertThat(queue.get("messages_unacknowledged").asInt()).isEqualTo(1);
    assertThat(queue.get("message_bytes").asInt()).isEqualTo(8);
    assertThat(queue.get("consumers").asInt()).isEqualTo(1);
    assertThat(queue.at("/consumer_details/0/prefetch_count").asInt()).isEqualTo(1);
    assertThat(queue.at("/message_stats/publish").asInt()).isEqualTo(2);
    assertThat(get("/api/queues", 200)).hasSize(1);
    assertThat(get("/api/queues/%2F", 200)).hasSize(1);
    assertThat(get("/api/queues/elsewhere", 404).get("error").asString())
        .isEqualTo("Object Not Found");
    get("/api/queues/%2F/nowhere", 404);
  }

  @Test
  void queues_are_made_and_deleted() throws Exception {
    String body = "{\"durable\":true,\"arguments\":{\"x-max-length\":3}}";
    assertThat(call("PUT", "/api/queues/%2F/q", body).status()).isEqualTo(201);
    assertThat(call("PUT", "/api/queues/%2F/q", body).status()).isEqualTo(204);
    Answer differs = call("PUT", "/api/queues/%2F/q", "{\"durable\":true}");
    assertThat(differs.status()).isEqualTo(400);
    assertThat(differs.json().get("reason").asString()).startsWith("inequivalent arg");
    publish("q", "m");
    awaitReady("q", 1);

    assertThat(call("DELETE", "/api/queues/%2F/q?if-empty=true", "").status()).isEqualTo(400);
    assertThat(call("DELETE", "/api/queues/%2F/q/contents", "").status()).isEqualTo(204);
    assertThat(call("DELETE", "/api/queues/%2F/q?if-empty=true", "").status()).isEqualTo(204);
    assertThat(call("DELETE", "/api/queues/%2F/q", "").status()).isEqualTo(404);
  }

  @Test
  void exchanges_are_made_and_deleted() throws Exception {
    assertThat(
            call("PUT", "/api/exchanges/%2F/x", "{\"type\":\"topic\",\"durable\":true}").status())
        .isEqualTo(201);
    assertThat(
            call("PUT", "/api/exchanges/%2F/x", "{\"type\":\"topic\",\"durable\":true}").status())
        .isEqualTo(204);
    assertThat(call("PUT", "/api/exchanges/%2F/x", "{\"type\":\"magic\"}").status()).isEqualTo(400);
    JsonNode exchange = get("/api/exchanges/%2F/x", 200);
    assertThat(exchange.get("type").asString()).isEqualTo("topic");
    assertThat(exchange.get("durable").asBoolean()).isTrue();
    assertThat(get("/api/exchanges", 200).valueStream().map(each -> each.get("name").asString()))
        .contains("", "amq.topic", "x");

    assertThat(call("DELETE", "/api/exchanges/%2F/x", "").status()).isEqualTo(204);
    get("/api/exchanges/%2F/x", 404);
  }

  @Test
  void a_stale_binding_can_be_found_and_removed() throws Exception {
    queue("q");
    channel.queueBind("q", "amq.topic", "old.*");
    channel.queueBind("q", "amq.topic", "new.#");
    channel.queueBind("q", "amq.headers", "", Map.of("x-match", "all", "k", 1));

    JsonNode bindings = get("/api/queues/%2F/q/bindings", 200);

    assertThat(
            bindings
                .valueStream()
                .map(each ->
                    each.get("source").asString()
                        + " "
                        + each.get("routing_key").asString()
                        + " "
                        + each.get("destination_type").asString()))
        .containsExactlyInAnyOrder(
            " q queue", "amq.topic old.* queue", "amq.topic new.# queue", "amq.headers  queue");
    JsonNode stale =
        bindings
            .valueStream()
            .filter(each -> each.get("routing_key").asString().equals("old.*"))
            .findFirst()
            .orElseThrow();
    String props =
        java.net.URLEncoder.encode(stale.get("properties_key").asString(), StandardCharsets.UTF_8);
    assertThat(call("DELETE", "/api/bindings/%2F/e/amq.topic/q/q/" + props, "").status())
        .isEqualTo(204);
    assertThat(call("DELETE", "/api/bindings/%2F/e/amq.topic/q/q/" + props, "").status())
        .isEqualTo(404);
    assertThat(get("/api/exchanges/%2F/amq.topic/bindings/source", 200)).hasSize(1);
    assertThat(get("/api/bindings/%2F", 200)).hasSize(3);
  }

  @Test
  void bindings_are_made() throws Exception {
    queue("q");

    Answer answer =
        call(
            "POST",
            "/api/bindings/%2F/e/amq.direct/q/q",
            "{\"routing_key\":\"k\",\"arguments\":{}}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.headers().get("Location")).isEqualTo("q/k");
    publish("amq.direct", "k", "m");
    awaitReady("q", 1);
    assertThat(get("/api/bindings/%2F/e/amq.direct/q/q/k", 200).get("routing_key").asString())
        .isEqualTo("k");
    assertThat(call("POST", "/api/bindings/%2F/e/nowhere/q/q", "{\"routing_key\":\"k\"}").status())
        .isEqualTo(404);
  }

  @Test
  void looking_at_messages_leaves_them_where_they_are() throws Exception {
    queue("q");
    publish(
        "",
        "q",
        new AMQP.BasicProperties.Builder()
            .contentType("text/plain")
            .headers(Map.of("k", "v"))
            .build(),
        "first");
    channel.basicPublish("", "q", PLAIN, new byte[] {(byte) 0xFF, 0});
    awaitReady("q", 2);

    Answer answer =
        call(
            "POST",
            "/api/queues/%2F/q/get",
            "{\"count\":5,\"ackmode\":\"ack_requeue_true\",\"encoding\":\"auto\",\"truncate\":3}");

    assertThat(answer.status()).isEqualTo(200);
    JsonNode first = answer.json().get(0);
    assertThat(first.get("payload").asString()).isEqualTo("fir");
    assertThat(first.get("payload_bytes").asInt()).isEqualTo(5);
    assertThat(first.get("payload_encoding").asString()).isEqualTo("string");
    assertThat(first.get("message_count").asInt()).isEqualTo(1);
    assertThat(first.get("redelivered").asBoolean()).isFalse();
    assertThat(first.at("/properties/content_type").asString()).isEqualTo("text/plain");
    assertThat(first.at("/properties/headers/k").asString()).isEqualTo("v");
    JsonNode second = answer.json().get(1);
    assertThat(second.get("payload").asString()).isEqualTo("/wA=");
    assertThat(second.get("payload_encoding").asString()).isEqualTo("base64");
    assertThat(second.get("properties")).isEmpty();
    assertThat(body(get("q"))).isEqualTo("first");
    assertThat(ready("q")).isEqualTo(1);
  }

  @Test
  void messages_can_be_taken_and_published() throws Exception {
    queue("q");
    Answer published =
        call(
            "POST",
            "/api/exchanges/%2F/amq.default/publish",
            "{\"routing_key\":\"q\",\"payload\":\"aGk=\",\"payload_encoding\":\"base64\","
                + "\"properties\":{\"delivery_mode\":2,\"headers\":{\"n\":1}}}");
    assertThat(published.json().get("routed").asBoolean()).isTrue();
    assertThat(
            call(
                    "POST",
                    "/api/exchanges/%2F/amq.direct/publish",
                    "{\"routing_key\":\"x\",\"payload\":\"\",\"payload_encoding\":\"string\",\"properties\":{}}")
                .json()
                .get("routed")
                .asBoolean())
        .isFalse();

    JsonNode taken =
        call(
                "POST",
                "/api/queues/%2F/q/get",
                "{\"count\":1,\"ackmode\":\"ack_requeue_false\",\"encoding\":\"auto\"}")
            .json();

    assertThat(taken.get(0).get("payload").asString()).isEqualTo("hi");
    assertThat(taken.get(0).at("/properties/delivery_mode").asInt()).isEqualTo(2);
    assertThat(taken.get(0).at("/properties/headers/n").asInt()).isEqualTo(1);
    assertThat(ready("q")).isZero();
  }

  @Test
  void connections_channels_and_consumers_are_listed() throws Exception {
    queue("q", Map.of("x-single-active-consumer", true));
    channel.basicQos(7);
    Inbox first = consume("q");
    consume("q");

    JsonNode connectionJson = get("/api/connections", 200).get(0);
    JsonNode channelJson = get("/api/channels", 200).get(0);
    JsonNode consumers = get("/api/consumers", 200);

    assertThat(connectionJson.get("user").asString()).isEqualTo("guest");
    assertThat(connectionJson.get("channels").asInt()).isEqualTo(1);
    assertThat(connectionJson.at("/client_properties/product").asString()).isEqualTo("RabbitMQ");
    assertThat(channelJson.get("prefetch_count").asInt()).isEqualTo(7);
    assertThat(channelJson.get("consumer_count").asInt()).isEqualTo(2);
    assertThat(consumers).hasSize(2);
    for (JsonNode consumer : consumers) {
      boolean isFirst = consumer.get("consumer_tag").asString().equals(first.tag);
      assertThat(consumer.get("active").asBoolean()).isEqualTo(isFirst);
      assertThat(consumer.at("/queue/name").asString()).isEqualTo("q");
    }
  }

  @Test
  void a_connection_can_be_closed() throws Exception {
    String name = get("/api/connections", 200).get(0).get("name").asString();

    Answer answer =
        call(
            "DELETE",
            "/api/connections/"
                + java.net.URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"),
            "");

    assertThat(answer.status()).isEqualTo(204);
    Awaitility.await().atMost(SOON).until(() -> !connection.isOpen());
    assertThat(connection.getCloseReason().getReason())
        .hasToString(
            "#method<connection.close>(reply-code=320, reply-text=CONNECTION_FORCED - Closed via management plugin, class-id=0, method-id=0)");
  }

  @Test
  void health_is_told() throws Exception {
    assertThat(get("/api/aliveness-test/%2F", 200).get("status").asString()).isEqualTo("ok");
    assertThat(get("/api/health/checks/alarms", 200).get("status").asString()).isEqualTo("ok");
    assertThat(get("/api/whoami", 200).get("name").asString()).isEqualTo("guest");
  }

  @Test
  void nonsense_is_refused_with_a_reason() throws Exception {
    queue("q");

    assertThat(call("PUT", "/api/queues/%2F/r", "{").status()).isEqualTo(400);
    assertThat(call("POST", "/api/queues/%2F/q/get", "{}").json().get("reason").asString())
        .isEqualTo("[{key_missing,ackmode},\n {key_missing,count},\n {key_missing,encoding}]");
    assertThat(call("PATCH", "/api/queues", "").status()).isEqualTo(405);
    get("/api/nothing", 404);
  }

  @Test
  void names_and_keys_that_amqp_cannot_say_are_refused() throws Exception {
    String tooLong = "é".repeat(150);
    String encoded = "%C3%A9".repeat(150);

    Answer queue = call("PUT", "/api/queues/%2F/" + encoded, "{}");
    Answer exchange = call("PUT", "/api/exchanges/%2F/" + encoded, "{\"type\":\"fanout\"}");
    Answer message =
        call(
            "POST",
            "/api/exchanges/%2F/amq.fanout/publish",
            """
            {"properties":{},"routing_key":"%s","payload":"","payload_encoding":"string"}
            """
                .formatted(tooLong));

    assertThat(queue.status()).isEqualTo(400);
    assertThat(queue.json().get("reason").asString())
        .isEqualTo("queue should be less than 255 bytes, actually was 300\n");
    assertThat(exchange.status()).isEqualTo(400);
    assertThat(message.status()).isEqualTo(400);
  }
}
