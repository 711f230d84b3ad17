package io.pipeforce.broker.management;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A call of an endpoint.
 *
 * @param path what stood in the place of each name in braces, decoded
 * @param query decoded too
 * @param headers answers the value of a header, or null
 * @param body an empty object when nothing was sent
 */
record Request(
    Map<String, String> path,
    Map<String, String> query,
    UnaryOperator<@Nullable String> headers,
    JsonNode body) {
  String path(String name) {
    String value = path.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the path has no {" + name + "}: " + path.keySet());
    }
    return value;
  }

  boolean isSet(String queryParameter) {
    return "true".equals(query.get(queryParameter));
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.apply(name));
  }
}
