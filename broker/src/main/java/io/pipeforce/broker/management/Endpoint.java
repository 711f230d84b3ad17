package io.pipeforce.broker.management;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One method on one path, whose variable parts stand in braces. */
record Endpoint(String method, List<String> pattern, Handler handler) {
  interface Handler {
    Response handle(Request request);
  }

  /**
   * @param what such as {@code GET /api/queues/{vhost}/{name}}
   */
  static Endpoint of(String what, Handler handler) {
    String[] parts = what.split(" ", 2);
    return new Endpoint(parts[0], List.of(parts[1].substring(1).split("/", -1)), handler);
  }

  /** The values of the variable parts when the path is this one's. */
  Optional<Map<String, String>> match(List<String> path) {
    if (path.size() != pattern.size()) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < path.size(); i++) {
      String expected = pattern.get(i);
      if (expected.startsWith("{")) {
        values.put(expected.substring(1, expected.length() - 1), path.get(i));
      } else if (!expected.equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(values);
  }
}
