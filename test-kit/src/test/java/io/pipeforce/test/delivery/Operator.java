package io.pipeforce.test.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.test.internal.TestBroker;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody with the broker's management in hand. */
final class Operator {
  private final TestBroker broker;

  Operator(TestBroker broker) {
    this.broker = broker;
  }

  /**
   * Closes the connections whose name contains this text, as soon as there are two of them.
   *
   * @return how many it closed
   */
  int closeConnections(String text) throws Exception {
    List<String> names = new ArrayList<>();
    for (JsonNode connection :
        JsonMapper.shared().readTree(call("GET", "/api/connections").body())) {
      if (connection
          .path("client_properties")
          .path("connection_name")
          .asString("")
          .contains(text)) {
        names.add(connection.get("name").stringValue());
      }
    }
    if (names.size() < 2) {
      return 0;
    }
    for (String name : names) {
      String path = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
      // 404: the service gave up this one by itself when the other was closed.
      assertThat(call("DELETE", "/api/connections/" + path).statusCode()).isIn(204, 404);
    }
    return names.size();
  }

  private HttpResponse<String> call(String method, String path) throws Exception {
    URI uri = URI.create(broker.management().orElseThrow() + path);
    String login =
        Base64.getEncoder()
            .encodeToString(broker.uri().getUserInfo().getBytes(StandardCharsets.UTF_8));
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(uri)
              .method(method, HttpRequest.BodyPublishers.noBody())
              .header("Authorization", "Basic " + login)
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
