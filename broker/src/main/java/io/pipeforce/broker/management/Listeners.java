package io.pipeforce.broker.management;

import io.pipeforce.broker.session.AmqpServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** Where the broker listens. */
final class Listeners {
  private final AmqpServer server;
  private final IntSupplier managementPort;

  /**
   * @param managementPort known only once the endpoints are served
   */
  Listeners(AmqpServer server, IntSupplier managementPort) {
    this.server = server;
    this.managementPort = managementPort;
  }

  private int managementPort() {
    return managementPort.getAsInt();
  }

  Map<String, Integer> ports() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put("amqp", server.port());
    ports.put("http", managementPort());
    return ports;
  }

  List<Map<String, Object>> all() {
    return ports().entrySet().stream()
        .map(each -> listener(each.getKey(), each.getValue()))
        .toList();
  }

  /** This API itself. */
  Map<String, Object> context() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ssl_opts", List.of());
    json.put("node", Description.NODE);
    json.put("description", "RabbitMQ Management");
    json.put("path", "/");
    json.put("ip", server.address().getHostAddress());
    json.put("port", Integer.toString(managementPort()));
    return json;
  }

  private Map<String, Object> listener(String protocol, int port) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("node", Description.NODE);
    json.put("protocol", protocol);
    json.put("ip_address", server.address().getHostAddress());
    json.put("port", port);
    return json;
  }
}
