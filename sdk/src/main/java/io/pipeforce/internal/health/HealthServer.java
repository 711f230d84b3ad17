package io.pipeforce.internal.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pipeforce.ConfigurationException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers {@code GET} and {@code HEAD} of {@code /health/live}, {@code /health/ready} and {@code
 * /metrics}, each request on a virtual thread. Whether the service is alive does not depend on the
 * broker: a restart would not bring the broker back.
 */
public final class HealthServer implements AutoCloseable {
  private static final String JSON = "application/json";

  @SuppressWarnings("ArrayRecordComponent") // Written to the socket, never compared.
  private record Answer(int status, String contentType, byte[] body) {}

  /** Prometheus' classes are loaded when somebody asks for the metrics, not at start. */
  private static final class Lazy {
    private final HealthSource source;
    private final Metrics metrics;
    private @Nullable Exposition exposition;

    Lazy(HealthSource source, Metrics metrics) {
      this.source = source;
      this.metrics = metrics;
    }

    synchronized Exposition exposition() {
      Exposition made = exposition;
      if (made == null) {
        made = new Exposition(source, metrics);
        exposition = made;
      }
      return made;
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HealthSource source;
  private final Lazy lazy;

  private HealthServer(HttpServer server, HealthSource source, Metrics metrics) {
    this.server = server;
    this.source = source;
    this.lazy = new Lazy(source, metrics);
  }

  /**
   * Listens on this port: on the loopback interface only, but on all interfaces in a cluster, where
   * the probes come from outside of the pod.
   *
   * @param port 0 for any free one
   * @throws ConfigurationException when the port is not to be had
   */
  public static HealthServer start(int port, HealthSource source, Metrics metrics) {
    HttpServer http;
    try {
      http = HttpServer.create(address(port, System.getenv()), 0);
    } catch (IOException e) {
      throw new ConfigurationException(List.of(problem(port, e)));
    }
    HealthServer health = new HealthServer(http, source, metrics);
    http.createContext("/", health::handle);
    http.setExecutor(health.threads);
    http.start();
    return health;
  }

  static InetSocketAddress address(int port, Map<String, String> environment) {
    return environment.containsKey("KUBERNETES_SERVICE_HOST")
        ? new InetSocketAddress(port)
        : new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
  }

  static String problem(int port, IOException e) {
    String remedy =
        "; set PIPEFORCE_HEALTH_PORT to a free port (0 takes any), or stop what listens there";
    return e instanceof BindException && String.valueOf(e.getMessage()).contains("in use")
        ? "PIPEFORCE_HEALTH_PORT: port " + port + " is taken by another process" + remedy
        : "PIPEFORCE_HEALTH_PORT: cannot listen on port " + port + ": " + e.getMessage() + remedy;
  }

  /** Where this server is reached from this machine. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Stops at once; a request being answered is cut off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      Answer answer =
          method.equals("GET") || method.equals("HEAD")
              ? answer(exchange.getRequestURI().getPath())
              : notAllowed(exchange);
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      if (method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(answer.body().length));
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  private Answer answer(String path) {
    try {
      return route(path);
    } catch (RuntimeException e) {
      return text(500, "failed to answer: " + e + "\n");
    }
  }

  private Answer route(String path) {
    return switch (path) {
      case "/health/live" -> json(200, Map.of("live", true));
      case "/health/ready" -> ready();
      case "/metrics" -> new Answer(200, Exposition.CONTENT_TYPE, lazy.exposition().text());
      default -> text(404, "nothing here; there are /health/live, /health/ready and /metrics\n");
    };
  }

  private static Answer notAllowed(HttpExchange exchange) {
    exchange.getResponseHeaders().set("Allow", "GET, HEAD");
    return text(405, "only GET and HEAD\n");
  }

  private Answer ready() {
    boolean ready = source.ready();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("ready", ready);
    body.put("state", source.state());
    body.put("handlers", source.handlers());
    return json(ready ? 200 : 503, body);
  }

  private static Answer json(int status, Object body) {
    return new Answer(status, JSON, JsonMapper.shared().writeValueAsBytes(body));
  }

  private static Answer text(int status, String body) {
    return new Answer(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
  }
}
