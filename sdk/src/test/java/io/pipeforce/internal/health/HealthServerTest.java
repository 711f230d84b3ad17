package io.pipeforce.internal.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipeforce.ConfigurationException;
import io.pipeforce.internal.dispatch.Ledger;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HealthServerTest {
  private static final class Source implements HealthSource {
    volatile boolean ready;
    volatile String state = "connecting to amqp://guest@127.0.0.1:5672";
    volatile Map<String, Ledger.Entry> handlers = Map.of();

    @Override
    public boolean ready() {
      return ready;
    }

    @Override
    public String state() {
      return state;
    }

    @Override
    public Map<String, Ledger.Entry> handlers() {
      return handlers;
    }
  }

  private final Source runtime = new Source();
  private final Metrics metrics = new Metrics();
  private final HttpClient http = HttpClient.newHttpClient();
  private HealthServer server;

  @BeforeEach
  void start() {
    server = HealthServer.start(0, runtime, metrics);
  }

  @AfterEach
  void stop() {
    server.close();
    http.close();
  }

  @Test
  void the_service_is_alive_though_the_broker_is_away() throws Exception {
    HttpResponse<String> live = get("/health/live");

    assertThat(live.statusCode()).isEqualTo(200);
    assertThat(live.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(JsonMapper.shared().readTree(live.body()).get("live").booleanValue()).isTrue();
  }

  @Test
  void readiness_follows_the_runtime_and_tells_each_handlers_ledger() throws Exception {
    HttpResponse<String> before = get("/health/ready");
    runtime.ready = true;
    runtime.state = "connected";
    runtime.handlers = Map.of("HelloService.greeting", new Ledger.Entry(21, 6, 5, 4, 3, 2, 1));
    HttpResponse<String> after = get("/health/ready");

    assertThat(before.statusCode()).isEqualTo(503);
    assertThat(before.body())
        .contains("\"ready\":false", "connecting to amqp://guest@127.0.0.1:5672");
    assertThat(after.statusCode()).isEqualTo(200);
    JsonNode body = JsonMapper.shared().readTree(after.body());
    assertThat(body.get("state").stringValue()).isEqualTo("connected");
    assertThat(body.get("handlers").get("HelloService.greeting"))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"received":21,"acked":6,"unmatched":5,"retried":4,"dead":3,"returned":2,"inFlight":1}
                    """));
  }

  @Test
  void the_metrics_are_those_of_ledger_and_runtime_in_prometheus_text() throws Exception {
    runtime.handlers =
        Map.of(
            "HelloService.greeting", new Ledger.Entry(21, 6, 5, 4, 3, 2, 1),
            "HelloService.bye", new Ledger.Entry(1, 1, 0, 0, 0, 0, 0));
    metrics.published();
    metrics.published();
    metrics.unroutable();
    metrics.connected();
    metrics.resubscribed("deaf");
    metrics.redeclared("exchange");
    metrics.blocked();
    metrics.handled("HelloService.greeting", Duration.ofMillis(7));
    metrics.handled("HelloService.greeting", Duration.ofMillis(10));
    metrics.handled("HelloService.greeting", Duration.ofHours(1));

    HttpResponse<String> response = get("/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    assertThat(response.body().lines())
        .contains(
            "# TYPE pipeforce_deliveries_received_total counter",
            "pipeforce_deliveries_received_total{handler=\"HelloService.greeting\"} 21.0",
            "pipeforce_deliveries_received_total{handler=\"HelloService.bye\"} 1.0",
            "pipeforce_deliveries_acked_total{handler=\"HelloService.greeting\"} 6.0",
            "pipeforce_deliveries_unmatched_total{handler=\"HelloService.greeting\"} 5.0",
            "pipeforce_deliveries_retried_total{handler=\"HelloService.greeting\"} 4.0",
            "pipeforce_deliveries_dead_total{handler=\"HelloService.greeting\"} 3.0",
            "pipeforce_deliveries_returned_total{handler=\"HelloService.greeting\"} 2.0",
            "pipeforce_deliveries_in_flight{handler=\"HelloService.greeting\"} 1.0",
            "pipeforce_published_total 2.0",
            "pipeforce_unroutable_total 1.0",
            "pipeforce_connections_total 1.0",
            "pipeforce_blocked_total 1.0",
            "pipeforce_resubscriptions_total{reason=\"deaf\"} 1.0",
            "pipeforce_redeclarations_total{what=\"exchange\"} 1.0",
            "pipeforce_ready 0.0",
            "# TYPE pipeforce_handler_duration_seconds histogram",
            "pipeforce_handler_duration_seconds_bucket{handler=\"HelloService.greeting\",le=\"0.005\"} 0",
            "pipeforce_handler_duration_seconds_bucket{handler=\"HelloService.greeting\",le=\"0.01\"} 2",
            "pipeforce_handler_duration_seconds_bucket{handler=\"HelloService.greeting\",le=\"300.0\"} 2",
            "pipeforce_handler_duration_seconds_bucket{handler=\"HelloService.greeting\",le=\"+Inf\"} 3",
            "pipeforce_handler_duration_seconds_count{handler=\"HelloService.greeting\"} 3",
            "pipeforce_handler_duration_seconds_sum{handler=\"HelloService.greeting\"} 3600.017");
    assertThat(response.body()).contains("jvm_memory_used_bytes{area=\"heap\"}");
  }

  @Test
  void the_documentation_names_every_metric_and_no_other() throws Exception {
    runtime.handlers = Map.of("A.b", new Ledger.Entry(0, 0, 0, 0, 0, 0, 0));
    metrics.resubscribed("lost");
    metrics.redeclared("queue");
    metrics.handled("A.b", Duration.ofMillis(1));
    Set<String> exposed =
        get("/metrics")
            .body()
            .lines()
            .filter(line -> line.startsWith("# TYPE pipeforce_"))
            .map(line -> line.split(" ", -1)[2])
            .collect(Collectors.toSet());

    Set<String> documented =
        Pattern.compile("^\\| `(pipeforce_\\w+)", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("../docs/operations.md")))
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toSet());

    assertThat(documented).isEqualTo(exposed);
  }

  @Test
  void a_service_that_has_handled_nothing_yet_has_metrics_too() throws Exception {
    assertThat(get("/metrics").body().lines())
        .contains("pipeforce_published_total 0.0", "pipeforce_connections_total 0.0");
  }

  @Test
  void what_the_service_registers_itself_is_exposed_and_nothing_twice() throws Exception {
    Collector own = gauge("orders_open", 7);
    Collector clash = gauge("pipeforce_ready", 42);
    PrometheusRegistry.defaultRegistry.register(own);
    PrometheusRegistry.defaultRegistry.register(clash);
    try {
      assertThat(get("/metrics").body().lines())
          .contains("orders_open 7.0", "pipeforce_ready 0.0")
          .doesNotContain("pipeforce_ready 42.0");
    } finally {
      PrometheusRegistry.defaultRegistry.unregister(own);
      PrometheusRegistry.defaultRegistry.unregister(clash);
    }
  }

  private static Collector gauge(String name, double value) {
    return () ->
        GaugeSnapshot.builder()
            .name(name)
            .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
            .build();
  }

  @Test
  void only_get_and_head_are_answered() throws Exception {
    HttpResponse<String> head = send("HEAD", "/health/live");
    HttpResponse<String> post = send("POST", "/health/live");

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health", "/health/live/", "/metrics/x", "/health/../metrics"})
  void everything_else_is_not_found(String path) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("/health/live, /health/ready and /metrics");
  }

  @Test
  void a_client_that_sends_nothing_holds_up_nobody() throws Exception {
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort());
        Socket half = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort())) {
      half.getOutputStream().write("GET /health/".getBytes(StandardCharsets.UTF_8));

      assertThat(get("/health/live").statusCode()).isEqualTo(200);
      assertThat(silent.isConnected()).isTrue();
    }
  }

  @Test
  void a_taken_port_is_named_with_the_remedy() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> HealthServer.start(other.getLocalPort(), runtime, metrics))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(
              "PIPEFORCE_HEALTH_PORT: port "
                  + other.getLocalPort()
                  + " is taken by another process; set PIPEFORCE_HEALTH_PORT to a free port (0"
                  + " takes any), or stop what listens there");
    }
    assertThat(HealthServer.problem(80, new SocketException("Permission denied")))
        .startsWith("PIPEFORCE_HEALTH_PORT: cannot listen on port 80: Permission denied; set");
  }

  @Test
  void it_listens_on_the_loopback_only_except_in_a_cluster() {
    assertThat(HealthServer.address(8090, Map.of()).getAddress().isLoopbackAddress()).isTrue();
    assertThat(
            HealthServer.address(8090, Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"))
                .getAddress()
                .isAnyLocalAddress())
        .isTrue();
  }

  @Test
  void the_port_is_free_again_after_a_close() throws Exception {
    int port = server.uri().getPort();
    server.close();

    try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(again.getLocalPort()).isEqualTo(port);
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path);
  }

  private HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.uri() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
