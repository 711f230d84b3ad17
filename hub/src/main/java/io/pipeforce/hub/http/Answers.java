package io.pipeforce.hub.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import io.pipeforce.hub.pipeline.PipelineProblemsException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What the hub answers: results as they are, mistakes as JSON. */
final class Answers {
  private Answers() {}

  /** A text as text, octets as octets, anything else as JSON. */
  static void value(ServerResponse response, @Nullable Object value) {
    switch (value) {
      case null -> response.status(Status.NO_CONTENT_204).send();
      case String text ->
          send(
              response,
              Status.OK_200,
              "text/plain; charset=UTF-8",
              text.getBytes(StandardCharsets.UTF_8));
      case byte[] octets -> send(response, Status.OK_200, "application/octet-stream", octets);
      default -> json(response, Status.OK_200, value);
    }
  }

  static void error(ServerResponse response, Status status, String message) {
    json(response, status, Map.of("status", status.code(), "message", message));
  }

  static void problems(ServerResponse response, PipelineProblemsException e) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("status", Status.BAD_REQUEST_400.code());
    json.put("message", String.valueOf(e.getMessage()));
    json.put(
        "problems",
        e.problems().stream()
            .map(problem ->
                Map.of(
                    "line", problem.at().line(),
                    "column", problem.at().column(),
                    "message", problem.what()))
            .toList());
    json(response, Status.BAD_REQUEST_400, json);
  }

  private static void json(ServerResponse response, Status status, Object value) {
    send(response, status, "application/json", JsonMapper.shared().writeValueAsBytes(value));
  }

  private static void send(ServerResponse response, Status status, String type, byte[] octets) {
    response.status(status);
    response.header(HeaderNames.CONTENT_TYPE, type);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    // What a browser shows of it is nothing but text, whatever is in it.
    response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
    response.send(octets);
  }
}
