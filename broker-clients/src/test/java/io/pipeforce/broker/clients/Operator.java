package io.pipeforce.broker.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.test.internal.TestBroker;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody with the management API in hand, which is the same on both brokers. */
final class Operator {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final TestBroker broker;

  Operator(TestBroker broker) {
    this.broker = broker;
  }

  /**
   * Closes connections: those that are named so, and those that consume from a queue that is. Not
   * every client can give its connection a name.
   *
   * @param count how many there must be at least before the first one is closed
   */
  void cut(String prefix, int count) {
    Set<String> connections =
        await("%d connections of %s".formatted(count, prefix))
            .atMost(PATIENCE)
            .until(() -> connectionsOf(prefix), found -> found.size() >= count);
    for (String connection : connections) {
      // 404: its client gave it up by itself.
      assertThat(call("DELETE", "/connections/" + encode(connection)).statusCode()).isIn(204, 404);
    }
  }

  private Set<String> connectionsOf(String prefix) {
    Set<String> names = new TreeSet<>();
    for (JsonNode connection : list("/connections")) {
      if (connection.path("user_provided_name").asString("").startsWith(prefix)) {
        names.add(connection.get("name").asString());
      }
    }
    for (JsonNode consumer : list("/consumers/%2F")) {
      if (consumer.path("queue").path("name").asString("").startsWith(prefix)) {
        names.add(consumer.path("channel_details").path("connection_name").asString(""));
      }
    }
    // For a moment, a consumer may be there whose channel is not known yet. It is to be cut off,
    // too.
    return names.contains("") ? Set.of() : names;
  }

  /** Deletes the queues and exchanges that are named so. */
  void clean(String prefix) {
    for (String kind : new String[] {"queues", "exchanges"}) {
      for (JsonNode each : list("/" + kind + "/%2F")) {
        String name = each.get("name").asString();
        if (name.startsWith(prefix)) {
          call("DELETE", "/" + kind + "/%2F/" + encode(name));
        }
      }
    }
  }

  private JsonNode list(String path) {
    HttpResponse<String> response = call("GET", path);
    assertThat(response.statusCode()).as("GET %s: %s", path, response.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(response.body());
  }

  private HttpResponse<String> call(String method, String path) {
    String login = Base64.getEncoder().encodeToString(broker.uri().getUserInfo().getBytes(UTF_8));
    URI uri = URI.create(broker.management().orElseThrow() + "/api" + path);
    try {
      return HTTP.send(
          HttpRequest.newBuilder(uri)
              .timeout(PATIENCE)
              .method(method, BodyPublishers.noBody())
              .header("Authorization", "Basic " + login)
              .build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(method + " " + uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(method + " " + uri + " was interrupted", e);
    }
  }

  private static String encode(String name) {
    return URLEncoder.encode(name, UTF_8).replace("+", "%20");
  }
}
