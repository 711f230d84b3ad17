package io.pipeforce.hub.broker;

import io.pipeforce.BrokerAddress;
import io.pipeforce.MessagingException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A broker's <a href="https://www.rabbitmq.com/docs/http-api-reference">HTTP API</a>: what AMQP
 * does not tell. Thread-safe.
 */
final class ManagementApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final URI root;
  private final String authorization;
  // RabbitMQ drops requests with a body that offer an upgrade to HTTP/2, as Java does by default.
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  /**
   * @param root its URL without {@code /api}
   * @param broker whose login it takes
   */
  ManagementApi(URI root, BrokerAddress broker) {
    this.root = root;
    String login = broker.username() + ":" + broker.password();
    this.authorization =
        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  /** A path below {@code /api/}, each part of which may hold anything. */
  static String path(String... parts) {
    return Stream.of(parts)
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  /**
   * What is there; empty when it is not.
   *
   * @throws MessagingException when the API does not answer or refuses
   */
  Optional<JsonNode> get(String path) {
    return call("GET", path, null);
  }

  /**
   * Calls it.
   *
   * @return what it answers, a missing node when nothing; empty when there is no such thing
   * @throws MessagingException with the broker's reason when it refuses, or when it does not answer
   */
  Optional<JsonNode> call(String method, String path, @Nullable Object body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(root + "/api/" + path))
            .header("Authorization", authorization)
            .header("Content-Type", "application/json")
            .timeout(TIMEOUT)
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(body)))
            .build();
    HttpResponse<String> response;
    try {
      response = client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new MessagingException(
          "no management API of the broker answers at "
              + root
              + "; say where it is with --management or PIPEFORCE_MANAGEMENT_URL when the hub is"
              + " started. RabbitMQ has it after: rabbitmq-plugins enable rabbitmq_management",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MessagingException("interrupted while asking " + root, e);
    }
    JsonNode answer = parsed(response.body());
    if (response.statusCode() < 300) {
      return Optional.of(answer);
    }
    if (response.statusCode() == 404) {
      return Optional.empty();
    }
    throw new MessagingException(
        "the broker refused (HTTP %d): %s"
            .formatted(response.statusCode(), answer.path("reason").asString("no reason given")));
  }

  private JsonNode parsed(String body) {
    try {
      return JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      throw new MessagingException(root + " is no management API of a broker", e);
    }
  }
}
