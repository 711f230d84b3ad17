package io.pipeforce.broker.management;

import io.pipeforce.broker.session.AmqpServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The health checks: 200 when all is well, else 503 with the reason. Those that came after 4.0 are
 * there too.
 */
final class HealthApi {
  private static final Set<String> UNITS = Set.of("days", "weeks", "months", "years");

  private final AmqpServer server;
  private final Listeners listeners;

  HealthApi(AmqpServer server, Listeners listeners) {
    this.server = server;
    this.listeners = listeners;
  }

  private static Response ok() {
    return Response.ok(Map.of("status", "ok"));
  }

  private static Response failed(String reason, Map<String, Object> more) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("status", "failed");
    json.put("reason", reason);
    json.putAll(more);
    return new Response(503, json, Map.of());
  }

  /** For what always holds of a single node without certificates, peers and plug-ins. */
  Response holds(Request request) {
    return ok();
  }

  Response quorumCritical(Request request) {
    return Response.ok(Map.of("status", "ok", "reason", "single node cluster"));
  }

  Response alarms(Request request) {
    return alarms("There are alarms in effect in the cluster");
  }

  Response localAlarms(Request request) {
    return alarms("There are alarms in effect on the node");
  }

  private Response alarms(String reason) {
    return server.host().memory().isHigh()
        ? failed(
            reason,
            Map.of("alarms", List.of(Map.of("node", Description.NODE, "resource", "memory"))))
        : ok();
  }

  /** There are no certificates that could expire. */
  Response certificates(Request request) {
    if (!UNITS.contains(request.path("unit"))) {
      return badRequest("Time unit not recognised. Supported units: days, weeks, months, years.");
    }
    return isNumber(request.path("within")) ? ok() : badRequest("Invalid expiration value.");
  }

  Response port(Request request) {
    if (!isNumber(request.path("port"))) {
      return badRequest("Invalid port");
    }
    int port = Integer.parseInt(request.path("port"));
    if (listeners.ports().containsValue(port)) {
      return Response.ok(Map.of("status", "ok", "port", port));
    }
    return failed(
        "No active listener", Map.of("missing", port, "ports", listeners.ports().values()));
  }

  Response protocol(Request request) {
    String wanted = request.path("protocol");
    String protocol =
        switch (wanted) {
          case "amqp091", "amqp0.9.1", "amqp10", "amqp1.0" -> "amqp";
          default -> wanted;
        };
    if (listeners.ports().containsKey(protocol)) {
      return Response.ok(Map.of("status", "ok", "protocol", protocol));
    }
    return failed(
        "No active listener", Map.of("missing", protocol, "protocols", listeners.ports().keySet()));
  }

  private static Response badRequest(String reason) {
    return Response.error(400, "bad_request", reason);
  }

  private static boolean isNumber(String text) {
    return text.matches("\\d{1,9}");
  }
}
