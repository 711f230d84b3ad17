package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.dev.PiProcess.Result;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code pi dev} and {@code pi broker} as a person uses them: processes, files, and keys. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DevTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static Path project;
  private static Path handler;
  private static String original;

  @BeforeAll
  static void makeService() throws Exception {
    assertThat(PiProcess.run(folder, folder, "new", "order-service").exit()).isZero();
    project = folder.resolve("order-service");
    handler = project.resolve("src/main/java/service/HelloService.java");
    original = Files.readString(handler);
  }

  @BeforeEach
  void restoreService() throws IOException {
    Files.writeString(handler, original);
  }

  @Test
  void a_change_is_live_and_one_that_does_not_compile_leaves_the_old_version_running()
      throws Exception {
    try (PiProcess dev = dev()) {
      dev.awaitOut("ready: order-service");
      send("1");
      dev.awaitOut("GREETING CALLED. BODY: 1\n");

      edit("GREETING CALLED", "SECOND VERSION");
      dev.awaitErr("pi: live after");
      send("2");
      dev.awaitOut("SECOND VERSION. BODY: 2\n");

      edit("body);", "body;");
      dev.awaitErr("pi: does not compile; the version before keeps running");
      assertThat(dev.err())
          .contains("HelloService.java:10: error: ')' or ',' expected")
          .contains("1 error");
      send("3");
      dev.awaitOut("SECOND VERSION. BODY: 3\n");

      edit("body;", "body);");
      edit("SECOND VERSION", "THIRD VERSION");
      awaitThat(() -> send("4"), () -> dev.out().contains("THIRD VERSION. BODY: 4\n"));
      assertThat(dev.out()).startsWith("ready: ").containsOnlyOnce("ready: ");
    }
  }

  @Test
  void sigterm_ends_everything_with_exit_code_0() throws Exception {
    try (PiProcess dev = dev()) {
      dev.awaitOut("ready: ");
      List<ProcessHandle> children = dev.handle().descendants().toList();
      assertThat(children).isNotEmpty();
      assertThat(profile()).exists();

      dev.terminate();

      assertThat(dev.result().exit()).isZero();
      assertThat(children).noneMatch(ProcessHandle::isAlive);
      assertThat(profile()).doesNotExist();
      assertThat(dev.err()).doesNotContain("it starts again");
    }
  }

  @Test
  void nothing_is_left_behind_when_it_is_killed() throws Exception {
    try (PiProcess dev = dev()) {
      dev.awaitOut("ready: ");
      List<ProcessHandle> children = dev.handle().descendants().toList();
      assertThat(children).isNotEmpty();

      dev.signal("KILL");

      await().atMost(PATIENCE).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  void a_service_that_does_not_start_is_reported_and_started_again_after_a_change()
      throws Exception {
    edit(
        "extends BaseService {",
        "extends BaseService { public HelloService() { throw new IllegalStateException(\"bad\"); }");
    try (PiProcess dev = dev()) {
      dev.awaitErr(
          "pi: the service ended with exit code 1 before it was ready; it starts again when a"
              + " source changes");
      assertThat(dev.err()).contains("bad");

      edit("throw new IllegalStateException(\"bad\");", "");

      dev.awaitOut("ready: order-service");
    }
  }

  @Test
  void a_handler_that_the_annotation_processor_refuses_is_shown_as_javac_shows_it()
      throws Exception {
    edit("some.event.key.*", "some..key");
    try (PiProcess dev = dev()) {
      dev.awaitErr("pi: does not compile; waiting for the next change");

      assertThat(dev.err()).contains("HelloService.java:8: error: ").contains("some..key");
    }
  }

  @Test
  void a_service_that_crashes_is_started_again() throws Exception {
    edit(
        "System.out.println(",
        "if (new java.io.File(\"crashed\").mkdir()) Runtime.getRuntime().halt(7); System.out.println(");
    try (PiProcess dev = dev()) {
      dev.awaitOut("ready: ");

      send("1");

      dev.awaitErr("pi: the service ended with exit code 7; it starts again in 1 s");
      dev.awaitErr("pi: live after");
      dev.awaitOut("GREETING CALLED. BODY: 1\n");
    }
  }

  @Test
  void without_reload_a_service_that_does_not_compile_is_a_failure() throws Exception {
    edit("body);", "body;");

    Result result = PiProcess.run(project, folder, devArguments("--no-reload"));

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err())
        .contains("HelloService.java:10: error: ')' or ',' expected")
        .contains("pi: the service does not compile");
    assertThat(profile()).doesNotExist();
  }

  @Test
  void runs_on_the_broker_that_is_named() throws Exception {
    try (Broker broker = Broker.start(BrokerOptions.local().withPort(0).withManagementPort(0));
        PiProcess dev =
            PiProcess.start(
                folder,
                folder,
                "dev",
                "order-service",
                "--port",
                "0",
                "--broker",
                broker.uri().toString())) {
      dev.awaitOut("ready: ");

      assertThat(dev.out()).contains("broker amqp://guest@127.0.0.1:" + broker.port());
      send("1");
      dev.awaitOut("GREETING CALLED. BODY: 1\n");
    }
  }

  @Test
  void a_named_broker_that_does_not_answer_is_reported_before_anything_starts() throws Exception {
    Result result = PiProcess.run(project, folder, "dev", "--port", "0", "--broker", "127.0.0.1:1");

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("pi: no broker answers at amqp://guest@127.0.0.1:1\nTry: ");
  }

  @Test
  void a_port_that_is_taken_is_reported_with_who_has_it_and_the_remedy() throws Exception {
    try (Broker broker = Broker.start(BrokerOptions.local().withPort(0).withManagementPort(0))) {
      String port = Integer.toString(broker.port());

      Result result =
          PiProcess.run(
              project,
              folder,
              "dev",
              "--port",
              "0",
              "--broker-port",
              port,
              "--management-port",
              "0");

      assertThat(result)
          .isEqualTo(
              new Result(
                  3,
                  "",
                  "pi: port "
                      + port
                      + " is taken by java (process "
                      + ProcessHandle.current().pid()
                      + "); stop it, or choose another with --broker-port (0 is any free one)\n"));
    }
  }

  @Test
  void a_folder_without_a_service_is_wrong_usage() throws Exception {
    Result result = PiProcess.run(folder, folder, devArguments(folder.toString()));

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).startsWith("pi: no service project in " + folder + ": ");
  }

  @Test
  void the_broker_runs_alone() throws Exception {
    try (PiProcess broker =
        PiProcess.start(folder, folder, "broker", "--port", "0", "--management-port", "0")) {
      broker.awaitOut("\n");

      assertThat(broker.out()).startsWith("ready: amqp://guest:guest@127.0.0.1:");
      String uri = broker.wordAfter("ready: ");
      assertThat(PiProcess.run(folder, folder, "send", "a.b", "x", "--broker", uri).exit())
          .isZero();
      assertThat(
              call(URI.create(broker.wordAfter("management ")), "GET", "/api/overview", "")
                  .statusCode())
          .isEqualTo(200);

      broker.terminate();
      assertThat(broker.result().exit()).isZero();
    }
  }

  @Test
  void what_is_durable_outlives_a_broker_with_a_data_folder() throws Exception {
    String[] command = {
      "broker", "--port", "0", "--management-port", "0", "--data", "state/broker"
    };
    try (PiProcess broker = PiProcess.start(folder, folder, command)) {
      broker.awaitOut("\n");
      Result second = PiProcess.run(folder, folder, command);
      assertThat(second.exit()).isEqualTo(3);
      assertThat(second.err()).contains("state/broker cannot be used").contains("another broker");
      URI management = URI.create(broker.wordAfter("management "));
      call(management, "PUT", "/api/queues/%2F/orders", "{\"durable\":true}");
      call(
          management,
          "POST",
          "/api/exchanges/%2F/amq.default/publish",
          """
          {"routing_key":"orders","payload":"o","payload_encoding":"string",
           "properties":{"delivery_mode":2}}
          """);

      broker.signal("KILL");
      assertThat(broker.result().exit()).isEqualTo(128 + 9);
    }

    try (PiProcess broker = PiProcess.start(folder, folder, command)) {
      broker.awaitOut("\n");
      URI management = URI.create(broker.wordAfter("management "));
      assertThat(call(management, "GET", "/api/queues/%2F/orders", "").body())
          .contains("\"messages\":1");
    }
  }

  @Test
  void a_broker_whose_disk_is_full_says_so_and_ends() throws Exception {
    String pi = PiProcess.HOME.resolve("pi") + " broker --port 0 --management-port 0 --data state";
    List<String> onSmallDisk = List.of("bash", "-c", "ulimit -f 4096; exec " + pi);
    try (PiProcess broker = PiProcess.command(folder, _ -> {}, onSmallDisk)) {
      broker.awaitOut("\n");
      URI management = URI.create(broker.wordAfter("management "));
      call(management, "PUT", "/api/queues/%2F/orders", "{\"durable\":true}");
      String message =
          """
          {"routing_key":"orders","payload":"%s","payload_encoding":"string",
           "properties":{"delivery_mode":2}}
          """
              .formatted("o".repeat(6 << 20));
      try {
        HttpResponse<String> response =
            call(management, "POST", "/api/exchanges/%2F/amq.default/publish", message);
        assertThat(response.statusCode()).isEqualTo(500);
      } catch (IOException _) {
        // It was gone before it could answer.
      }

      assertThat(broker.result())
          .satisfies(result -> {
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.err())
                .contains("pi: The data folder state can no longer be written")
                .contains("Make room");
          });
    }
  }

  @Test
  void the_broker_reports_a_port_that_is_taken() throws Exception {
    try (Broker taken = Broker.start(BrokerOptions.local().withPort(0).withManagementPort(0))) {
      Result result =
          PiProcess.run(folder, folder, "broker", "--port", Integer.toString(taken.port()));

      assertThat(result.exit()).isEqualTo(3);
      assertThat(result.err()).contains("is taken by java").contains("--port");
    }
  }

  private PiProcess dev() throws IOException {
    return PiProcess.start(project, folder, devArguments());
  }

  private static String[] devArguments(String... more) {
    return Stream.concat(
            Stream.of("dev", "--port", "0", "--broker-port", "0", "--management-port", "0"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  /** To the broker of the running {@code pi dev}, which its profile names. */
  private void send(String payload) throws IOException, InterruptedException {
    Result result = PiProcess.run(folder, folder, "send", "some.event.key.x", payload);
    assertThat(result.exit()).as(result.toString()).isZero();
  }

  private Path profile() {
    return folder.resolve("pipeforce/profiles/dev.properties");
  }

  private void edit(String before, String after) throws IOException {
    String source = Files.readString(handler);
    assertThat(source).contains(before);
    Files.writeString(handler, source.replace(before, after));
  }

  private static HttpResponse<String> call(URI management, String method, String path, String body)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(management.resolve(path))
              .header("Authorization", "Basic Z3Vlc3Q6Z3Vlc3Q=")
              .method(method, BodyPublishers.ofString(body))
              .build();
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  /** Repeats a step until it shows. */
  private static void awaitThat(Step step, Callable<Boolean> shows) {
    await()
        .atMost(PATIENCE)
        .until(() -> {
          step.run();
          return shows.call();
        });
  }
}
