package io.pipeforce.broker.management;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a call answers; a null body is none. */
record Response(int status, @Nullable Object body, Map<String, String> headers) {
  static Response ok(Object body) {
    return new Response(200, body, Map.of());
  }

  static Response created() {
    return new Response(201, null, Map.of());
  }

  static Response createdAt(String location) {
    return new Response(201, null, Map.of("Location", location));
  }

  static Response noContent() {
    return new Response(204, null, Map.of());
  }

  static Response notFound() {
    return error(404, "Object Not Found", "Not Found");
  }

  static Response error(int status, String error, Object reason) {
    return new Response(status, Map.of("error", error, "reason", reason), Map.of());
  }
}
