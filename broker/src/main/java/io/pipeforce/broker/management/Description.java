package io.pipeforce.broker.management;

import io.pipeforce.broker.model.ExchangeType;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.session.Credentials;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What several answers say in the same words. */
final class Description {
  static final String NODE = "rabbit@localhost";

  /** Who made what RabbitMQ itself makes. */
  static final String SYSTEM = "rmq-internal";

  private Description() {}

  static List<Map<String, Object>> exchangeTypes() {
    return Arrays.stream(ExchangeType.values())
        .map(type ->
            Map.<String, Object>of(
                "name", type.text(), "description", type.description(), "enabled", true))
        .toList();
  }

  static Map<String, Object> user() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", Credentials.USER);
    json.put("password_hash", Credentials.passwordHash());
    json.put("hashing_algorithm", "rabbit_password_hashing_sha256");
    json.put("tags", List.of("administrator"));
    json.put("limits", Map.of());
    return json;
  }

  static Map<String, Object> permission() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("user", Credentials.USER);
    json.put("vhost", VirtualHost.NAME);
    json.put("configure", ".*");
    json.put("write", ".*");
    json.put("read", ".*");
    return json;
  }

  static Map<String, Object> virtualHost() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", VirtualHost.NAME);
    json.putAll(metadata());
    json.put("metadata", metadata());
    return json;
  }

  static Map<String, Object> metadata() {
    return Map.of(
        "description", "Default virtual host", "tags", List.of(), "default_queue_type", "classic");
  }

  static List<Map<String, Object>> globalParameters() {
    return List.of(
        Map.of("name", "cluster_tags", "value", List.of()),
        Map.of(
            "name", "internal_cluster_id", "value", "rabbitmq-cluster-id-" + AmqpServer.CLUSTER));
  }
}
