package io.pipeforce.hub.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the steps of a running pipeline share. Used by one thread at a time. */
public final class Scope {
  private final Map<String, @Nullable Object> vars = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> headers;
  private final Map<String, @Nullable Object> request;
  private @Nullable Object body;

  public Scope(
      @Nullable Object body,
      Map<String, ? extends @Nullable Object> headers,
      Map<String, ? extends @Nullable Object> request) {
    this.body = body;
    this.headers = new LinkedHashMap<>(headers);
    this.request = new LinkedHashMap<>(request);
  }

  /** Of a request that has nothing but a body. */
  public static Scope of(@Nullable Object body) {
    return new Scope(body, Map.of(), Map.of());
  }

  /** What the step before left. */
  public @Nullable Object body() {
    return body;
  }

  void body(@Nullable Object changed) {
    body = changed;
  }

  public void var(String name, @Nullable Object value) {
    vars.put(name, value);
  }

  public Map<String, @Nullable Object> vars() {
    return Collections.unmodifiableMap(vars);
  }

  void unset(String name) {
    vars.remove(name);
  }

  /** What expressions see. */
  Map<String, @Nullable Object> names() {
    Map<String, @Nullable Object> names = new LinkedHashMap<>();
    names.put("body", body);
    names.put("vars", vars);
    names.put("headers", headers);
    names.put("request", request);
    return names;
  }
}
