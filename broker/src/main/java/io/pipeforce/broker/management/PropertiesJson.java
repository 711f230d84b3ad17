package io.pipeforce.broker.management;

import io.pipeforce.broker.wire.BasicProperties;
import io.pipeforce.broker.wire.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Properties of messages as JSON and back. */
final class PropertiesJson {
  private PropertiesJson() {}

  /** RabbitMQ writes no properties as an empty list. */
  static Object toJson(BasicProperties properties) {
    Map<String, Object> json = new LinkedHashMap<>();
    put(json, "content_type", properties.contentType());
    put(json, "content_encoding", properties.contentEncoding());
    put(
        json,
        "headers",
        properties.headers() == null ? null : FieldJson.toJson(properties.headers()));
    put(json, "delivery_mode", properties.deliveryMode());
    put(json, "priority", properties.priority());
    put(json, "correlation_id", properties.correlationId());
    put(json, "reply_to", properties.replyTo());
    put(json, "expiration", properties.expiration());
    put(json, "message_id", properties.messageId());
    put(json, "timestamp", properties.timestamp());
    put(json, "type", properties.type());
    put(json, "user_id", properties.userId());
    put(json, "app_id", properties.appId());
    put(json, "cluster_id", properties.clusterId());
    return json.isEmpty() ? List.of() : json;
  }

  private static void put(Map<String, Object> json, String name, @Nullable Object value) {
    if (value != null) {
      json.put(name, value instanceof String text ? Text.printable(text) : value);
    }
  }

  static BasicProperties of(JsonNode json) {
    return new BasicProperties(
        text(json, "content_type"),
        text(json, "content_encoding"),
        json.hasNonNull("headers") ? FieldJson.table(json.get("headers")) : null,
        octet(json, "delivery_mode"),
        octet(json, "priority"),
        text(json, "correlation_id"),
        text(json, "reply_to"),
        text(json, "expiration"),
        text(json, "message_id"),
        integer(json, "timestamp"),
        text(json, "type"),
        text(json, "user_id"),
        text(json, "app_id"),
        text(json, "cluster_id"));
  }

  private static @Nullable String text(JsonNode json, String name) {
    if (!json.has(name)) {
      return null;
    }
    if (!json.get(name).isString()) {
      throw new Refusal(List.of("not_string", name));
    }
    return json.get(name).stringValue();
  }

  private static @Nullable Integer octet(JsonNode json, String name) {
    Long value = integer(json, name);
    return value == null ? null : (int) (value & 0xFF);
  }

  private static @Nullable Long integer(JsonNode json, String name) {
    if (!json.has(name)) {
      return null;
    }
    if (!json.get(name).isIntegralNumber()) {
      throw new Refusal(List.of("not_int", name));
    }
    return json.get(name).longValue();
  }
}
