package io.pipeforce.broker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls of the management HTTP API. */
abstract class ManagementContract extends Contract {

  static final JsonMapper JSON = new JsonMapper();
  static final String GUEST = credentials("guest:guest");

  /** The statistics of RabbitMQ lag up to five seconds behind. */
  static final Duration STATISTICS = Duration.ofSeconds(30);

  /** An offer to upgrade to HTTP/2, which the client makes by default, ends RabbitMQ's patience. */
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  record Answer(int status, HttpHeaders headers, JsonNode body) {}

  @AfterEach
  void close_the_http_client() {
    http.close();
  }

  // --- HTTP

  JsonNode found(String path) throws Exception {
    Answer answer = call("GET", path, null, GUEST);
    assertThat(answer.status()).as("GET %s: %s", path, answer.body()).isEqualTo(200);
    return answer.body();
  }

  JsonNode look(String queue, int count, String mode) throws Exception {
    Answer answer =
        call(
            "POST",
            "/queues/%2F/" + queue + "/get",
            "{\"count\":%d,\"ackmode\":\"%s\",\"encoding\":\"auto\"}".formatted(count, mode),
            GUEST);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  Answer publishOverHttp(String key, String payload, String encoding) throws Exception {
    return call(
        "POST",
        "/exchanges/%2F/amq.default/publish",
        """
        {"properties":{"headers":{"a":1},"delivery_mode":2},"routing_key":"%s","payload":"%s","payload_encoding":"%s"}\
        """
            .formatted(key, payload, encoding),
        GUEST);
  }

  Answer get(String path, int status) throws Exception {
    Answer answer = call("GET", path, null, GUEST);
    assertThat(answer.status()).as("GET %s: %s", path, answer.body()).isEqualTo(status);
    return answer;
  }

  /** The one of a list that has this name, alone in a list or missing. */
  static JsonNode named(JsonNode list, String name) {
    return StreamSupport.stream(list.spliterator(), false)
        .filter(each -> each.path("name").asString("").equals(name))
        .findFirst()
        .orElse(JSON.missingNode());
  }

  static String reason(Answer answer) {
    return answer.body().path("reason").toString();
  }

  Answer call(String method, String path, String body, String authorization) throws Exception {
    URI management = broker.management().orElseThrow();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(management + "/api" + path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.headers(), json(response.body()));
  }

  static JsonNode json(String text) {
    return text.startsWith("{") || text.startsWith("[") ? JSON.readTree(text) : JSON.missingNode();
  }

  static String credentials(String userAndPassword) {
    return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(UTF_8));
  }

  static int count(JsonNode described, String what) {
    return described.path(what).asInt(-1);
  }

  static List<String> names(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(each -> each.get("name").asString())
        .toList();
  }
}
