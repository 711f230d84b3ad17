package io.pipeforce.internal.topology;

import io.pipeforce.BrokerAddress;
import io.pipeforce.BrokerUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what a broker has from its <a href="https://www.rabbitmq.com/docs/http-api-reference">HTTP
 * API</a>. AMQP itself tells neither the bindings of a queue nor its arguments.
 */
public final class ManagementApi implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** How many messages are ready in a queue, and how many consumers it has. */
  public record Use(long messages, int consumers) {}

  private final URI root;
  private final String virtualHost;
  private final String username;
  private final String authorization;
  // RabbitMQ drops requests with a body that offer an upgrade to HTTP/2, as Java does by default.
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final JsonMapper json = JsonMapper.shared();

  /**
   * The API of this broker.
   *
   * @param root its URL without {@code /api}
   */
  public ManagementApi(URI root, BrokerAddress broker) {
    this.root = root;
    this.virtualHost = encode(broker.virtualHost());
    this.username = broker.username();
    this.authorization =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    (broker.username() + ":" + broker.password()).getBytes(StandardCharsets.UTF_8));
  }

  /** Where RabbitMQ has it unless it was told otherwise: on the broker's host, on a port for it. */
  public static URI defaultRoot(BrokerAddress broker) {
    String host = broker.host();
    return URI.create(
        (broker.tls() ? "https://" : "http://")
            + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host)
            + (broker.tls() ? ":15671" : ":15672"));
  }

  /** The name of the broker's cluster, when it tells. */
  public Optional<String> cluster() {
    JsonNode name = get("/api/overview").path("cluster_name");
    return name.isString() ? Optional.of(name.asString()) : Optional.empty();
  }

  /**
   * What the virtual host has of interest for a service.
   *
   * @param use asked for the queues of interest; the API's own numbers are seconds old
   * @throws BrokerUnavailableException when the API does not answer
   */
  public Found found(Wanted wanted, Function<String, Use> use) {
    Map<String, String> exchanges = new HashMap<>();
    for (JsonNode exchange : get("/api/exchanges/" + virtualHost)) {
      exchanges.put(exchange.path("name").asString(""), exchange.path("type").asString(""));
    }
    Map<String, List<Binding>> bindings = bindings();
    Map<String, FoundQueue> queues = new HashMap<>();
    for (JsonNode queue : get("/api/queues/" + virtualHost + "?disable_stats=true")) {
      String name = queue.path("name").asString("");
      if (wanted.concerns(name)) {
        queues.put(name, queue(queue, bindings.getOrDefault(name, List.of()), use.apply(name)));
      }
    }
    return new Found(exchanges, queues);
  }

  private Map<String, List<Binding>> bindings() {
    Map<String, List<Binding>> bindings = new HashMap<>();
    for (JsonNode binding : get("/api/bindings/" + virtualHost)) {
      String exchange = binding.path("source").asString("");
      if (!exchange.isEmpty() && "queue".equals(binding.path("destination_type").asString(""))) {
        bindings
            .computeIfAbsent(binding.path("destination").asString(""), _ -> new ArrayList<>())
            .add(
                new Binding(
                    exchange,
                    binding.path("routing_key").asString(""),
                    arguments(binding.path("arguments"))));
      }
    }
    return bindings;
  }

  private static FoundQueue queue(JsonNode queue, List<Binding> bindings, Use use) {
    Map<String, Object> arguments = arguments(queue.path("arguments"));
    // Up to 3.x a classic queue has its type only beside the arguments.
    arguments.putIfAbsent("x-queue-type", queue.path("type").asString("classic"));
    return new FoundQueue(
        queue.path("name").asString(""),
        queue.path("durable").asBoolean(true),
        queue.path("auto_delete").asBoolean(false),
        queue.path("exclusive").asBoolean(false),
        arguments,
        bindings,
        use.messages(),
        use.consumers());
  }

  /** As AMQP takes them: the broker compares the widths of numbers when it looks for a binding. */
  private static Map<String, Object> arguments(JsonNode table) {
    Map<String, Object> arguments = new HashMap<>();
    table.forEachEntry((name, value) -> {
      if (value.isBoolean()) {
        arguments.put(name, value.asBoolean());
      } else if (value.canConvertToInt() && value.isIntegralNumber()) {
        arguments.put(name, value.asInt());
      } else if (value.isIntegralNumber()) {
        arguments.put(name, value.asLong());
      } else if (value.isNumber()) {
        arguments.put(name, value.asDouble());
      } else {
        arguments.put(name, value.isString() ? value.asString() : value.toString());
      }
    });
    return arguments;
  }

  /** How to delete a queue by hand, whatever the broker. */
  public String deletion(String queue) {
    return "curl -u "
        + username
        + " -X DELETE '"
        + root
        + "/api/queues/"
        + virtualHost
        + "/"
        + encode(queue)
        + "'";
  }

  private JsonNode get(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(root + path))
            .header("Authorization", authorization)
            .timeout(TIMEOUT)
            .build();
    HttpResponse<String> response;
    try {
      response = client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new BrokerUnavailableException(
          "no management API answers at "
              + root
              + " ("
              + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
              + "); "
              + ELSEWHERE
              + ". RabbitMQ has it after: rabbitmq-plugins enable rabbitmq_management",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerUnavailableException("interrupted while reading " + root + path, e);
    }
    return switch (response.statusCode()) {
      case 200 -> parsed(path, response.body());
      case 401, 403 ->
          throw new BrokerUnavailableException(
              "the management API at "
                  + root
                  + " refused the user '"
                  + username
                  + "' (HTTP "
                  + response.statusCode()
                  + "); check its password, and give it the right to read there: rabbitmqctl"
                  + " set_user_tags "
                  + username
                  + " management");
      default ->
          throw new BrokerUnavailableException(
              root
                  + path
                  + " answered HTTP "
                  + response.statusCode()
                  + " and is no management API of a broker with this virtual host; "
                  + ELSEWHERE);
    };
  }

  private JsonNode parsed(String path, String body) {
    try {
      return json.readTree(body);
    } catch (JacksonException e) {
      throw new BrokerUnavailableException(
          root + path + " answered no JSON and is no management API; " + ELSEWHERE, e);
    }
  }

  private static final String ELSEWHERE =
      "say where it is with --management URL or PIPEFORCE_MANAGEMENT_URL";

  private static String encode(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    client.close();
  }
}
