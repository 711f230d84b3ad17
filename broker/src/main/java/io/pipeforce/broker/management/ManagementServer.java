package io.pipeforce.broker.management;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.session.Credentials;
import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ReplyCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Serves the endpoints over HTTP, each call on a virtual thread of its own. */
public final class ManagementServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
  private static final int LARGEST_BODY = 64 * 1024 * 1024;

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Rates rates;
  private final AmqpServer server;

  /** A hundred lambdas take longer to make than all the rest, so they wait for the first call. */
  private @Nullable List<Endpoint> endpoints;

  /**
   * Binds and serves.
   *
   * @throws IOException when the address cannot be bound
   */
  public ManagementServer(InetAddress address, int port, AmqpServer server) throws IOException {
    http = HttpServer.create(new InetSocketAddress(address, port), 0);
    rates = new Rates(sample -> Counters.all(server, sample));
    this.server = server;
    http.createContext("/", this::serve);
    http.setExecutor(threads);
    http.start();
  }

  public int port() {
    return http.getAddress().getPort();
  }

  @Override
  public void close() {
    rates.close();
    http.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Response response;
      try {
        response = refused(exchange).orElseGet(() -> call(exchange));
      } catch (Refusal e) {
        response = e.response();
      } catch (AmqpException e) {
        response = refusal(e);
      } catch (JacksonException _) {
        response = Response.error(400, "bad_request", "not_json");
      } catch (IllegalArgumentException e) {
        response = Response.error(400, "bad_request", String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
        response = Response.error(500, "Internal Server Error", e.toString());
      }
      send(exchange, response);
    }
  }

  /** What to answer a caller who has not shown who they are. */
  private static Optional<Response> refused(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null) {
      return Optional.of(
          new Response(
              401, null, Map.of("WWW-Authenticate", "Basic realm=\"RabbitMQ Management\"")));
    }
    String[] parts = credentials(header).split(":", 2);
    if (parts.length != 2) {
      return Optional.of(new Response(400, null, Map.of()));
    }
    return Credentials.matches(parts[0], parts[1])
        ? Optional.empty()
        : Optional.of(Response.error(401, "not_authorized", "Not_Authorized"));
  }

  /** Empty when the header holds none. */
  private static String credentials(String header) {
    if (!header.startsWith("Basic ")) {
      return "";
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(header.substring("Basic ".length()).trim());
      return new String(decoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }

  private synchronized List<Endpoint> endpoints() {
    if (endpoints == null) {
      endpoints = Endpoints.all(server, rates, new Listeners(server, this::port));
    }
    return endpoints;
  }

  private Response call(HttpExchange exchange) {
    URI uri = exchange.getRequestURI();
    String method =
        exchange.getRequestMethod().equals("HEAD") ? "GET" : exchange.getRequestMethod();
    List<String> path = path(uri);
    Set<String> allowed = new TreeSet<>();
    for (Endpoint endpoint : endpoints()) {
      Optional<Map<String, String>> values = endpoint.match(path);
      if (values.isEmpty()) {
        continue;
      }
      allowed.add(endpoint.method());
      if (endpoint.method().equals(method)) {
        return handle(endpoint, values.get(), exchange);
      }
    }
    if (allowed.isEmpty()) {
      return Response.notFound();
    }
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    allowed.add("OPTIONS");
    return new Response(
        method.equals("OPTIONS") ? 200 : 405, null, Map.of("Allow", String.join(", ", allowed)));
  }

  private Response handle(Endpoint endpoint, Map<String, String> path, HttpExchange exchange) {
    boolean reads = endpoint.method().equals("GET");
    if (!path.getOrDefault("vhost", VirtualHost.NAME).equals(VirtualHost.NAME)) {
      return reads ? Response.notFound() : Response.error(404, "not_found", "vhost_not_found");
    }
    Response response =
        endpoint
            .handler()
            .handle(
                new Request(
                    path,
                    query(exchange.getRequestURI().getRawQuery()),
                    exchange.getRequestHeaders()::getFirst,
                    body(exchange)));
    if (!reads) {
      // Who is told that it is done relies on it after a crash, too.
      server.host().durable().awaitWritten();
    }
    return response;
  }

  /** A slash at the end changes nothing. */
  private static List<String> path(URI uri) {
    List<String> path =
        Arrays.stream(uri.getRawPath().substring(1).split("/", -1))
            .map(ManagementServer::decode)
            .toList();
    return path.size() > 1 && path.getLast().isEmpty() ? path.subList(0, path.size() - 1) : path;
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        query.put(decode(parts[0]), parts.length == 2 ? decode(parts[1]) : "");
      }
    }
    return query;
  }

  private JsonNode body(HttpExchange exchange) {
    try {
      byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY);
      JsonNode json = body.length == 0 ? json().createObjectNode() : json().readTree(body);
      if (!json.isObject()) {
        throw new Refusal("not_json");
      }
      return json;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Response refusal(AmqpException e) {
    if (e.code() == ReplyCode.NOT_FOUND) {
      return Response.notFound();
    }
    if (e.code() == ReplyCode.ACCESS_REFUSED) {
      return Response.error(401, "not_authorised", "Access refused.");
    }
    return Response.error(400, "bad_request", e.explanation());
  }

  private void send(HttpExchange exchange, Response response) throws IOException {
    response.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("Cache-Control", "no-cache");
    if (response.body() == null) {
      exchange.sendResponseHeaders(response.status(), -1);
      return;
    }
    byte[] body = json().writeValueAsBytes(response.body());
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(response.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(response.status(), body.length);
    exchange.getResponseBody().write(body);
  }

  /** Loading it takes longer than starting all the rest, so it waits for the first call. */
  private static JsonMapper json() {
    return JsonMapper.shared();
  }

  /** A plus sign is itself in a path. */
  private static String decode(String encoded) {
    return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
