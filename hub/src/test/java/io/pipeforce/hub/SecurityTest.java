package io.pipeforce.hub;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.pipeforce.hub.login.Login;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whoever wants to get in, and what could get out. */
class SecurityTest {
  @TempDir private static Path state;

  private static RunningHub hub;

  @BeforeAll
  static void start() {
    hub = RunningHub.onDevBroker(state);
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private record Route(String method, String path, boolean open) {}

  /** All there are. */
  private static List<Route> routes() throws Exception {
    JsonNode paths =
        JsonMapper.shared().readTree(hub.get("/api/v3/openapi.json").body()).path("paths");
    List<Route> routes = new ArrayList<>();
    paths.forEachEntry((path, methods) ->
        methods.forEachEntry((method, operation) -> {
          JsonNode security = operation.path("security");
          routes.add(new Route(method, path, security.isArray() && security.isEmpty()));
        }));
    return routes;
  }

  /** The token of somebody who logged in an hour ago. */
  private static String expired() {
    Instant then = Instant.now().minus(Duration.ofHours(1));
    return String.valueOf(
        new Login("pipeforce", RunningHub.SECRET, () -> then)
            .token("pipeforce", RunningHub.SECRET)
            .orElseThrow()
            .get("access_token"));
  }

  /** Of this hub, but for another user, or signed by another. */
  private static String foreign(String user, String secret) {
    return String.valueOf(
        new Login(user, secret, Instant::now)
            .token(user, secret)
            .orElseThrow()
            .get("access_token"));
  }

  private static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
  }

  @Test
  void no_route_is_open_to_missing_wrong_or_expired_credentials_but_those_that_say_so()
      throws Exception {
    List<String> wrong =
        List.of(
            "",
            basic("pipeforce:wrong"),
            basic("other:" + RunningHub.SECRET),
            basic(":"),
            "Apitoken " + RunningHub.SECRET + "x",
            "Apitoken " + RunningHub.SECRET.substring(1),
            "Bearer " + RunningHub.SECRET,
            "Bearer " + expired(),
            "Bearer " + foreign("other", RunningHub.SECRET),
            "Bearer " + foreign("pipeforce", "another secret of some length"));
    List<String> open = new ArrayList<>();

    for (Route route : routes()) {
      for (String authorization : wrong) {
        var request =
            hub.request(route.path().replace("{name}", "x"))
                .method(route.method().toUpperCase(java.util.Locale.ROOT), BodyPublishers.noBody());
        if (!authorization.isEmpty()) {
          request.header("Authorization", authorization);
        }
        HttpResponse<String> response = RunningHub.send(request);
        if (route.open()) {
          open.add(route.path());
        } else {
          assertThat(response.statusCode()).as(route + " " + authorization).isEqualTo(401);
          assertThat(response.body()).doesNotContain(RunningHub.SECRET);
        }
      }
    }
    assertThat(open)
        .containsOnly(
            "/health",
            "/health/ready",
            "/api/v3/command/webhook.receive",
            "/api/v3/command/iam.token",
            "/api/v3/command/iam.token.refresh");
  }

  @Test
  void no_secret_gets_into_a_log_line_or_an_answer() throws Exception {
    Queue<String> out = new ConcurrentLinkedQueue<>();
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            out.add(
                event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy())));
          }
        };
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Logger ours = (Logger) LoggerFactory.getLogger("io.pipeforce");
    Level before = ours.getLevel();
    appender.start();
    root.addAppender(appender);
    ours.setLevel(Level.ALL);
    List<String> secrets = new ArrayList<>(List.of(RunningHub.SECRET, "a wrong password of mine"));
    try {
      JsonNode tokens =
          hub.answer("iam.token", Map.of("username", "pipeforce", "password", RunningHub.SECRET));
      secrets.add(tokens.path("access_token").asString());
      secrets.add(tokens.path("refresh_token").asString());
      secrets.add(basic("pipeforce:" + RunningHub.SECRET).substring(6));
      for (JsonNode command : JsonMapper.shared().readTree(hub.get("/api/v3/command").body())) {
        String name = command.path("name").asString();
        // With nothing, with what it does not know, and with junk for all that it takes.
        out.add(hub.command(name, Map.of()).body());
        out.add(hub.command(name, Map.of("unknown", "x")).body());
        Map<String, Object> junk = new java.util.HashMap<>();
        command
            .path("parameters")
            .forEach(parameter -> junk.put(parameter.path("name").asString(), "junk"));
        out.add(hub.command(name, junk).body());
      }
      out.add(
          hub.command(
                  "iam.token",
                  Map.of("username", "pipeforce", "password", "a wrong password of mine"))
              .body());
      out.add(
          hub.command("iam.token.refresh", Map.of("refreshToken", "a wrong password of mine"))
              .body());
      out.add(
          hub.pipeline(
                  """
                  pipeline:
                    - log: {message: "${request} ${headers} ${vars}"}
                    - iam.token: {username: x, password: "a wrong password of mine", onError: LOG}
                    - iam.token: {username: x, password: "a wrong password of mine"}
                  """)
              .body());
      out.add(
          RunningHub.send(
                  hub.request("/api/v3/command/help")
                      .header("Authorization", basic("pipeforce:a wrong password of mine")))
              .body());
    } finally {
      ours.setLevel(before);
      root.detachAppender(appender);
    }

    assertThat(out).hasSizeGreaterThan(100);
    for (String secret : secrets) {
      assertThat(out).noneMatch(line -> line.contains(secret));
    }
  }

  /** The first line of an answer. */
  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), hub.hub().uri().getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return String.valueOf(
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine());
    }
  }

  @Test
  void heads_and_bodies_that_are_too_large_are_refused() throws Exception {
    String post = "POST /api/v3/pipeline HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    assertThat(raw(post + "Content-Length: 16777217\r\n\r\n")).startsWith("HTTP/1.1 413 ");
    assertThat(raw(post + "X-Large: " + "x".repeat(100_000) + "\r\n\r\n")).startsWith("HTTP/1.1 4");
    assertThat(raw(post + "X-Many: x\r\n".repeat(20_000) + "\r\n")).startsWith("HTTP/1.1 4");
    assertThat(raw("GET /" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 4");
    assertThat(raw(post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + "0\r\n\r\n"))
        .as("two lengths, as a smuggler sends them")
        .startsWith("HTTP/1.1 4");
  }

  @Test
  void a_thousand_connections_that_say_nothing_are_in_nobodys_way() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 1_000; i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), hub.hub().uri().getPort()));
      }
      assertThat(hub.get("/api/v3/command").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void what_would_grow_or_break_out_of_a_pipeline_is_refused_and_the_hub_goes_on()
      throws Exception {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 10; i++) {
      String alias = "*a" + (i - 1);
      laughs
          .append("a%d: &a%d [".formatted(i, i))
          .append(String.join(",", java.util.Collections.nCopies(10, alias)))
          .append("]\n");
    }
    for (String hostile :
        List.of(
            laughs + "pipeline: []",
            "pipeline: " + "[".repeat(50_000),
            "pipeline: " + "{a: ".repeat(50_000),
            "a: &a [*a]\npipeline: *a",
            "pipeline: [!!javax.script.ScriptEngineManager [x]]",
            "pipeline: [!!java.io.File [/etc/passwd]]",
            "pipeline: [{body.set: {value: \"${new('java.io.File','/etc/passwd')}\"}}]",
            "pipeline: [{body.set: {value: \"${''.class.forName('java.lang.Runtime')}\"}}]",
            "pipeline: [{body.set: {value: \"${request.getClass()}\"}}]",
            "pipeline: [{body.set: {value: \"${'x'.repeat(2000000000)}\"}}]")) {
      HttpResponse<String> response = hub.pipeline(hostile);
      assertThat(response.statusCode()).as(response.body()).isIn(400, 422);
      assertThat(response.body()).doesNotContain("Exception").doesNotContain("root:");
    }
    assertThat(hub.pipeline("pipeline: [{body.set: {value: alive}}]").body()).isEqualTo("alive");
  }

  @Test
  void names_that_are_paths_reach_nothing() throws Exception {
    for (String path :
        List.of(
            "/api/v3/command/..%2f..%2fsecret",
            "/api/v3/logs/..%2f..%2fsecret",
            "/api/v3/logs/%2e%2e",
            "/api/v3/command/../../secret")) {
      HttpResponse<String> response = hub.get(path);
      assertThat(response.statusCode()).as(path).isBetween(400, 499);
      assertThat(response.body()).doesNotContain(RunningHub.SECRET);
    }
    for (String name : List.of("../x", "..", "a/b", "a\\b", "", ".", "%2e%2e", "a\u0000b", "A b")) {
      for (String command :
          List.of(
              "service.start",
              "service.stop",
              "service.job.start",
              "service.job.logs",
              "service.job.stop",
              "service.job.status")) {
        HttpResponse<String> response = hub.command(command, Map.of("name", name, "image", "x"));
        assertThat(response.statusCode()).as(command + " " + name + response.body()).isEqualTo(422);
      }
    }
    try (var files = java.nio.file.Files.walk(state.getParent(), 1)) {
      assertThat(files.map(Path::getFileName).map(Path::toString)).doesNotContain("x", "b");
    }
  }
}
