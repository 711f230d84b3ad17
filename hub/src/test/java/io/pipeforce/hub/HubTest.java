package io.pipeforce.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.BrokerAddress;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.hub.platform.local.LocalPlatform;
import io.pipeforce.image.ImageStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HubTest {
  private static final String SECRET = "a secret of some length";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir private static Path state;

  private static Broker broker;
  private static Hub hub;

  @BeforeAll
  static void start() {
    broker = Broker.start(BrokerOptions.local().withManagementPort(0));
    startHub();
  }

  private static void startHub() {
    hub =
        Hub.start(
            new HubOptions(
                HubAddress.local(0),
                BrokerAddress.of("127.0.0.1", broker.port()),
                broker.managementUri().orElseThrow(),
                "pipeforce.topic.default",
                "local",
                "pipeforce",
                SECRET,
                false),
            LocalPlatform.source(
                state, ImageStore.in(state.resolve("images")), LocalPlatform.AtClose.LEAVE));
  }

  @AfterAll
  static void stop() {
    hub.close();
    broker.close();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(hub.uri().resolve(path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> authorized(HttpRequest.Builder request) throws Exception {
    return send(request.header("Authorization", "Apitoken " + SECRET));
  }

  private static HttpResponse<String> pipeline(String yaml) throws Exception {
    return authorized(request("/api/v3/pipeline").POST(BodyPublishers.ofString(yaml)));
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }

  /** A queue that gets what is published with this key. */
  private static void queue(String name, String key) throws Exception {
    management("PUT", "/api/queues/%2F/" + name, "{\"durable\":true}");
    management(
        "POST",
        "/api/bindings/%2F/e/pipeforce.topic.default/q/" + name,
        "{\"routing_key\":\"" + key + "\"}");
  }

  private static JsonNode message(String queue) throws Exception {
    return json(management(
            "POST",
            "/api/queues/%2F/" + queue + "/get",
            "{\"count\":1,\"ackmode\":\"ack_requeue_false\",\"encoding\":\"auto\"}"))
        .path(0);
  }

  private static HttpResponse<String> management(String method, String path, String body)
      throws Exception {
    URI uri = broker.managementUri().orElseThrow().resolve(path);
    return send(
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Basic Z3Vlc3Q6Z3Vlc3Q=")
            .method(method, BodyPublishers.ofString(body)));
  }

  @Test
  void a_pipeline_sends_an_event_and_answers_the_last_body() throws Exception {
    queue("orders", "order.*");

    HttpResponse<String> response =
        pipeline(
            """
            vars: {id: 7}
            pipeline:
              - body.set:
                  value: {"id": "${vars.id}"}
              - event.send:
                  key: order.created
                  traceId: t-1
            """);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(json(response)).isEqualTo(JsonMapper.shared().readTree("{\"id\":7}"));
    JsonNode message = message("orders");
    assertThat(message.path("payload").asString()).isEqualTo("{\"id\":7}");
    assertThat(message.path("routing_key").asString()).isEqualTo("order.created");
    assertThat(message.path("properties").path("headers").path("traceId").asString())
        .isEqualTo("t-1");
  }

  @Test
  void a_command_takes_its_parameters_from_the_query_or_a_json_object() throws Exception {
    queue("letters", "letter.#");

    assertThat(
            authorized(request("/api/v3/command/message.send?key=letter.a&payload=hello"))
                .statusCode())
        .isEqualTo(204);
    assertThat(message("letters").path("payload").asString()).isEqualTo("hello");

    assertThat(
            authorized(
                    request("/api/v3/command/message.send")
                        .POST(
                            BodyPublishers.ofString(
                                """
                                {"key":"letter.b","payload":{"a":1},"headers":{"tenant":"acme"},
                                 "contentType":"application/x-letter"}
                                """)))
                .statusCode())
        .isEqualTo(204);
    JsonNode message = message("letters");
    assertThat(message.path("payload").asString()).isEqualTo("{\"a\":1}");
    assertThat(message.path("properties").path("content_type").asString())
        .isEqualTo("application/x-letter");
    assertThat(message.path("properties").path("headers").path("tenant").asString())
        .isEqualTo("acme");
  }

  @Test
  void foreach_runs_its_steps_for_each_item() throws Exception {
    queue("numbers", "number.*");

    HttpResponse<String> response =
        pipeline(
            """
            pipeline:
              - foreach:
                  in: [1, 2]
                  as: number
                  pipeline:
                    - event.send: {key: "number.${vars.number}", payload: "${vars.number}"}
            """);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
    assertThat(message("numbers").path("routing_key").asString()).isEqualTo("number.1");
    assertThat(message("numbers").path("routing_key").asString()).isEqualTo("number.2");
  }

  @Test
  void foreach_takes_maps_and_items_that_are_null() throws Exception {
    HttpResponse<String> response =
        pipeline(
            """
            vars: {text: ""}
            pipeline:
              - foreach:
                  in: {"a": 1, "b": null}
                  pipeline:
                    - set: {var: text, value: "${vars.text}${vars.item.key}=${vars.item.value};"}
              - foreach:
                  in: [null]
                  pipeline:
                    - set: {var: text, value: "${vars.text}${vars.item}."}
              - body.set: {value: "${vars.text}"}
            """);

    assertThat(response.body()).isEqualTo("a=1;b=;.");
  }

  @Test
  void a_value_that_is_null_is_taken_and_one_that_is_missing_is_the_body() throws Exception {
    HttpResponse<String> response =
        pipeline(
            """
            pipeline:
              - body.set: {value: {"text": "the body", "nothing": null}}
              - set: {var: missing}
              - set: {var: empty, value: null}
              - set: {var: evaluated, value: "${body.nothing}"}
              - body.set: {value: "${vars}"}
            """);

    assertThat(json(response))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"missing": {"text": "the body", "nothing": null},
                     "empty": null, "evaluated": null}
                    """));
  }

  @Test
  void nothing_of_a_wrong_pipeline_runs_and_all_its_mistakes_are_told() throws Exception {
    queue("never", "never.*");

    HttpResponse<String> response =
        pipeline(
            """
            pipeline:
              - event.send: {key: never.sent, payload: x}
              - servce.strt: {}
              - log: {mesage: x}
            """);

    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode problems = json(response).path("problems");
    assertThat(problems.size()).isEqualTo(2);
    assertThat(problems.path(1).path("line").asInt()).isEqualTo(4);
    assertThat(problems.path(1).path("column").asInt()).isEqualTo(11);
    assertThat(problems.path(1).path("message").asString()).contains("did you mean message?");
    assertThat(message("never").isMissingNode()).isTrue();
  }

  @Test
  void a_step_that_fails_is_told_with_its_place() throws Exception {
    HttpResponse<String> response =
        pipeline("pipeline: [{http.get: {url: 'http://127.0.0.1:1/'}}]");

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(json(response).path("message").asString())
        .startsWith("pipeline.yaml:1:13: http.get: http://127.0.0.1:1/ cannot be reached");
  }

  @Test
  void an_unknown_command_and_a_wrong_parameter_are_told_with_a_remedy() throws Exception {
    HttpResponse<String> unknown = authorized(request("/api/v3/command/evnt.send"));
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("did you mean event.send?");

    HttpResponse<String> wrong = authorized(request("/api/v3/command/wait?tme=1s"));
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("did you mean time?");
    HttpResponse<String> noTime = authorized(request("/api/v3/command/wait?time=soon"));
    assertThat(noTime.body()).contains("must be a time like 500ms");
    HttpResponse<String> noJson =
        authorized(request("/api/v3/command/wait").POST(BodyPublishers.ofString("{time:")));
    assertThat(noJson.statusCode()).isEqualTo(400);
  }

  @Test
  void credentials_are_not_among_the_headers_that_a_pipeline_sees() throws Exception {
    HttpResponse<String> response = pipeline("pipeline: [{body.set: {value: \"${request}\"}}]");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("headers").doesNotContain(SECRET);
  }

  @Test
  void what_is_too_large_is_refused() throws Exception {
    HttpResponse<String> response = pipeline("#" + "x".repeat(2 << 20) + "\npipeline: []");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("1 MiB");
  }

  @Test
  void what_others_send_to_a_webhook_becomes_an_event() throws Exception {
    queue("hooks", "webhook.shop.#");
    for (String[] expected :
        new String[][] {
          {"raw", "{\"a\": 1}", "application/json"},
          {"base64", "eyJhIjogMX0=", "text/plain"},
          {"ignore", "", "text/plain"}
        }) {
      JsonNode webhook =
          json(
              authorized(
                  request(
                      "/api/v3/command/webhook.put?eventKey=webhook.shop.order&payloadType="
                          + expected[0])));

      assertThat(hook(webhook.path("url").asString(), "{\"a\": 1}")).isEqualTo(202);

      JsonNode message = message("hooks");
      assertThat(message.path("routing_key").asString()).isEqualTo("webhook.shop.order");
      assertThat(message.path("payload").asString()).isEqualTo(expected[1]);
      assertThat(message.path("properties").path("content_type").asString()).isEqualTo(expected[2]);
    }
  }

  private static int hook(String url, String payload) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(payload)))
        .statusCode();
  }

  @Test
  void a_webhook_outlives_the_hub_until_it_is_deleted() throws Exception {
    queue("lasting", "webhook.lasting");
    String put = "/api/v3/command/webhook.put?eventKey=webhook.lasting&payloadType=raw";
    String uuid = json(authorized(request(put))).path("uuid").asString();

    hub.close();
    startHub();

    String url =
        json(authorized(request("/api/v3/command/webhook.get?uuid=" + uuid)))
            .path("url")
            .asString();
    assertThat(hook(url, "once")).isEqualTo(202);
    assertThat(message("lasting").path("payload").asString()).isEqualTo("once");

    assertThat(authorized(request("/api/v3/command/webhook.delete?uuid=" + uuid)).statusCode())
        .isEqualTo(204);
    assertThat(hook(url, "again")).isEqualTo(202);
    assertThat(message("lasting").isMissingNode()).isTrue();
    assertThat(authorized(request("/api/v3/command/webhook.get?uuid=" + uuid)).statusCode())
        .isEqualTo(422);
  }

  @Test
  void an_unknown_token_is_answered_as_a_known_one() throws Exception {
    queue("known", "webhook.known");
    String put = "/api/v3/command/webhook.put?eventKey=webhook.known&maxPayloadLength=3";
    String known = json(authorized(request(put))).path("url").asString();
    String unknown = known.replaceFirst("token=.{8}", "token=00000000");
    String none = known.replaceFirst("token=.*", "token=nonsense");

    for (String payload : new String[] {"", "abc", "abcd", "x".repeat(100_000)}) {
      HttpResponse<String> answer = hookAnswer(known, payload);
      assertThat(answer.statusCode()).isEqualTo(202);
      for (String other : new String[] {unknown, none}) {
        HttpResponse<String> same = hookAnswer(other, payload);
        assertThat(same.statusCode()).isEqualTo(202);
        assertThat(same.body()).isEqualTo(answer.body());
        assertThat(same.headers().map().keySet()).isEqualTo(answer.headers().map().keySet());
      }
    }
    assertThat(message("known").path("payload").asString()).isEmpty();
    assertThat(message("known").path("payload").asString()).isEqualTo("YWJj");
    assertThat(message("known").isMissingNode()).isTrue();
  }

  private static HttpResponse<String> hookAnswer(String url, String payload) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofString(payload)));
  }
}
