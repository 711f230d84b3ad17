package io.pipeforce.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.BrokerAddress;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.hub.platform.SampleImage;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code service.*} and {@code service.job.*} as they are called over HTTP. */
@Timeout(120)
class ServiceCommandsTest {
  private static final String IMAGE = "pipeforce-registry/sample";

  @TempDir private static Path state;

  private static Broker broker;
  private static RunningHub hub;

  @BeforeAll
  static void start() throws Exception {
    SampleImage.in(state.resolve("images"))
        .label("health-port", "8090")
        .label("max-duration", "PT1S")
        .script("run-tests-integration.sh", "echo '<testsuite tests=\"2\"/>'\n")
        .script("fail.sh", "echo two tests failed; exit 1\n")
        .script("stay.sh", "echo staying; exec sleep 600\n")
        .script("much.sh", "head -c 6000000 /dev/zero | tr '\\0' 'x'\n")
        .keep(IMAGE);
    broker = Broker.start(BrokerOptions.local().withManagementPort(0));
    hub =
        RunningHub.start(
            BrokerAddress.of("127.0.0.1", broker.port()),
            broker.managementUri().orElseThrow(),
            state,
            AtClose.END);
  }

  @AfterAll
  static void stop() throws Exception {
    hub.close();
    broker.close();
  }

  @AfterEach
  void stopAll() throws Exception {
    for (JsonNode service : json(hub.command("service.status", Map.of()))) {
      hub.command("service.stop", Map.of("name", service.path("name").asString()));
    }
    for (JsonNode job : json(hub.command("service.job.status", Map.of()))) {
      hub.command("service.job.stop", Map.of("name", job.path("name").asString()));
    }
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }

  private static String message(HttpResponse<String> response) {
    return json(response).path("message").asString();
  }

  /** By a client of its own: this one tells connections apart by their address alone. */
  private static HttpResponse<String> visit(URI url) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private static JsonNode startShop() throws Exception {
    HttpResponse<String> response =
        hub.command(
            "service.start",
            Map.of(
                "name",
                "shop",
                "image",
                IMAGE,
                "port",
                8090,
                "ingress",
                "true",
                "env",
                Map.of("COLOUR", "blue", "TOKEN", "open-sesame")));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  @Test
  void a_service_is_started_reached_by_its_ingress_told_of_and_stopped() throws Exception {
    JsonNode started = startShop();

    assertThat(started.path("status").asString()).isEqualTo("running");
    assertThat(started.path("ready").asString()).isEqualTo("1/1");
    URI url = URI.create(started.path("url").asString());
    assertThat(url.getHost()).isEqualTo("shop-local.localhost");
    assertThat(visit(url.resolve("/env/COLOUR")).body()).isEqualTo("blue");

    JsonNode full = json(hub.command("service.status", Map.of("name", "shop", "format", "full")));
    assertThat(full.path("port").asInt()).isEqualTo(8090);
    assertThat(full.path("ingress").asString()).isEqualTo("shop");
    assertThat(full.path("env").toString()).isEqualTo("[\"COLOUR\",\"TOKEN\"]");
    assertThat(full.toString()).doesNotContain("open-sesame");

    assertThat(hub.command("service.stop", Map.of("name", "shop")).statusCode()).isEqualTo(204);
    assertThat(visit(url).statusCode()).isEqualTo(404);
    assertThat(message(hub.command("service.status", Map.of("name", "shop"))))
        .isEqualTo("there is no service shop");
  }

  @Test
  void an_ingress_whose_service_does_not_work_says_so() throws Exception {
    HttpResponse<String> response =
        hub.command(
            "service.start",
            Map.of(
                "name",
                "shop",
                "image",
                IMAGE,
                "port",
                8090,
                "ingress",
                "shop",
                "command",
                "./fail.sh"));
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(message(response))
        .contains("service shop does not start: it ended with exit code 1")
        .contains("two tests failed");

    HttpResponse<String> page =
        visit(URI.create("http://shop-local.localhost:" + hub.hub().uri().getPort()));

    assertThat(page.statusCode()).isEqualTo(503);
    assertThat(page.body()).contains("shop").contains("ended with exit code 1");
  }

  @Test
  void what_is_wrong_with_the_parameters_is_told() throws Exception {
    assertThat(message(hub.command("service.start", Map.of("name", "../shop", "image", IMAGE))))
        .contains("name must be 1 to 63 of a-z");
    assertThat(message(hub.command("service.start", Map.of("name", "shop", "image", "../../etc"))))
        .contains("'..'");
    assertThat(message(hub.command("service.start", Map.of("name", "shop", "ingress", "a"))))
        .contains("an ingress needs a port");
    assertThat(
            message(
                hub.command(
                    "service.start",
                    Map.of("name", "shop", "image", IMAGE, "volumes", List.of("/a/../../b")))))
        .contains("a volume must be an absolute path");
    assertThat(message(hub.command("service.job.start", Map.of("name", "a/b", "image", IMAGE))))
        .contains("name must be");
    assertThat(hub.command("service.job.logs", Map.of("name", "../../secret")).statusCode())
        .isEqualTo(422);
  }

  @Test
  void a_pipeline_starts_a_service_and_uses_what_it_answers() throws Exception {
    HttpResponse<String> response =
        hub.pipeline(
            """
            pipeline:
              - service.start:
                  name: shop
                  image: pipeforce-registry/sample
                  port: 8090
                  ingress: shop
              - http.get:
                  url: ${body.url}/env/PIPEFORCE_SERVICE
            """);

    assertThat(response.body()).isEqualTo("shop");
  }

  /** The examples of the Python template's README, with nothing filled in but names. */
  @Test
  void the_pipelines_that_people_know_work_as_they_are() throws Exception {
    // Blanks at the ends of lines are there, too.
    String service =
        """
        pipeline:\040\040
          - service.start:\040\040
              name: myservice
              image: pipeforce-registry/sample
              port: 8090\040\040
              ingress: myservice\040\040
              imagePullSecret: my-secret\040
        """;
    String job =
        """
        pipeline:\040\040
          - service.job.start:\040\040
              name: myjob-run1
              image: pipeforce-registry/sample
              imagePullSecret: my-secret\040
              command: "./run-tests-integration.sh"
              wait: true
        """;

    assertThat(hub.pipeline(service).body()).contains("\"status\":\"running\"");
    assertThat(hub.pipeline(job).body()).isEqualTo("<testsuite tests=\"2\"/>\n");
  }

  @Test
  void a_job_that_is_waited_for_answers_its_output() throws Exception {
    HttpResponse<String> response =
        hub.pipeline(
            """
            pipeline:
              - service.job.start:
                  name: myintegrationtest-run1
                  image: pipeforce-registry/sample
                  command: "./run-tests-integration.sh"
                  wait: true
            """);

    assertThat(response.body()).isEqualTo("<testsuite tests=\"2\"/>\n");
    JsonNode status =
        json(hub.command("service.job.status", Map.of("name", "myintegrationtest-run1")));
    assertThat(status.path("status").asString()).isEqualTo("succeeded");
    assertThat(status.path("exitCode").asInt()).isZero();
  }

  @Test
  void what_cannot_be_kept_is_told_with_its_file() throws Exception {
    Files.createDirectories(state.resolve("jobs"));
    Files.writeString(state.resolve("jobs/blocked"), "where the folder of the job should be");

    HttpResponse<String> response =
        hub.command("service.job.start", Map.of("name", "blocked", "image", IMAGE));

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(message(response)).contains("jobs/blocked");
  }

  @Test
  void a_job_that_fails_answers_its_code_and_output_as_an_error() throws Exception {
    HttpResponse<String> response =
        hub.command(
            "service.job.start",
            Map.of("name", "failing", "image", IMAGE, "command", "./fail.sh", "wait", true));

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(message(response))
        .startsWith("the job failing ended with exit code 1; its output:")
        .contains("two tests failed");
  }

  @Test
  void while_a_job_is_waited_for_no_other_starts_and_the_error_says_which_runs() throws Exception {
    Thread waiting =
        Thread.startVirtualThread(() -> {
          try {
            hub.command(
                "service.job.start",
                Map.of("name", "first", "image", IMAGE, "command", "./stay.sh", "wait", true));
          } catch (Exception _) {
            // What it answers is not looked at.
          }
        });
    await()
        .until(() ->
            json(hub.command("service.job.status", Map.of("name", "first")))
                .path("status")
                .asString("")
                .equals("running"));

    assertThat(
            message(
                hub.command(
                    "service.job.start",
                    Map.of("name", "second", "image", IMAGE, "command", "./fail.sh"))))
        .startsWith("the job first is being waited for");

    JsonNode stopped = json(hub.command("service.job.stop", Map.of("name", "first")));
    assertThat(stopped.path("status").asString()).isEqualTo("stopped");
    waiting.join();
  }

  @Test
  void a_job_that_is_not_waited_for_is_asked_for_later() throws Exception {
    JsonNode started =
        json(
            hub.command(
                "service.job.start",
                Map.of("name", "later", "image", IMAGE, "command", "./run-tests-integration.sh")));
    assertThat(started.path("name").asString()).isEqualTo("later");

    await()
        .until(() ->
            json(hub.command("service.job.status", Map.of("name", "later")))
                .path("status")
                .asString("")
                .equals("succeeded"));

    assertThat(hub.command("service.job.logs", Map.of("name", "later")).body())
        .isEqualTo("<testsuite tests=\"2\"/>\n");
  }

  @Test
  void of_a_long_output_the_end_is_answered_and_where_the_rest_is() throws Exception {
    String output =
        hub.command(
                "service.job.start",
                Map.of("name", "much", "image", IMAGE, "command", "./much.sh", "wait", true))
            .body();

    assertThat(output)
        .startsWith("… (1805696 octets before this: pi logs much)")
        .hasSizeLessThan(5_000_000);
  }
}
