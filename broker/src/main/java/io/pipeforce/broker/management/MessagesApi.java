package io.pipeforce.broker.management;

import io.pipeforce.broker.model.Aftermath;
import io.pipeforce.broker.model.Content;
import io.pipeforce.broker.model.Delivery;
import io.pipeforce.broker.model.Exchange;
import io.pipeforce.broker.model.Expiration;
import io.pipeforce.broker.model.Message;
import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.wire.BasicProperties;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Messages: looking at them, publishing, purging. */
final class MessagesApi {
  private final VirtualHost host;

  MessagesApi(AmqpServer server) {
    this.host = server.host();
  }

  Response purge(Request request) {
    host.existingQueue(request.path("name")).purge();
    return Response.noContent();
  }

  /** Fetches messages and does with them what the ackmode says. */
  Response get(Request request) {
    Queue queue = host.existingQueue(request.path("name"));
    JsonNode body = request.body();
    require(body, "ackmode", "count", "encoding");
    int count = body.get("count").asInt();
    String encoding = body.get("encoding").asString();
    String ackMode = body.get("ackmode").asString();
    int truncate = body.path("truncate").asInt(Integer.MAX_VALUE);
    Aftermath after = new Aftermath(host);
    List<Delivery> deliveries = new ArrayList<>();
    List<Map<String, Object>> answer = new ArrayList<>();
    boolean found = true;
    while (found && answer.size() < count) {
      found =
          queue.get(
              false,
              after,
              (delivery, left) -> {
                deliveries.add(delivery);
                answer.add(json(delivery, left, encoding, truncate));
              });
    }
    settle(queue, ackMode, deliveries, after);
    after.run();
    return Response.ok(answer);
  }

  private static void settle(
      Queue queue, String ackMode, List<Delivery> deliveries, Aftermath after) {
    switch (ackMode) {
      case "ack_requeue_false" -> queue.acknowledge(deliveries, after);
      case "reject_requeue_false" -> queue.reject(deliveries, after);
      case "ack_requeue_true", "reject_requeue_true" -> queue.requeue(deliveries, after);
      default -> {
        queue.requeue(deliveries, after);
        throw new IllegalArgumentException(
            "ackmode must be ack_requeue_true, ack_requeue_false, reject_requeue_true or reject_requeue_false, was: "
                + ackMode);
      }
    }
  }

  /** Names all that is missing at once, as RabbitMQ does. */
  private static void require(JsonNode body, String... names) {
    String missing =
        Arrays.stream(names)
            .filter(name -> !body.has(name))
            .map(name -> "{key_missing," + name + "}")
            .collect(Collectors.joining(","));
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("[" + missing + "]");
    }
  }

  private static Map<String, Object> json(
      Delivery delivery, long left, String encoding, int truncate) {
    Content content = delivery.content();
    byte[] payload = Arrays.copyOf(content.body(), Math.min(truncate, content.body().length));
    Optional<String> text = encoding.equals("base64") ? Optional.empty() : text(payload);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("payload_bytes", content.body().length);
    json.put("redelivered", delivery.redelivered());
    json.put("exchange", delivery.message().exchange());
    json.put("routing_key", delivery.message().routingKey());
    json.put("message_count", left);
    json.put("properties", PropertiesJson.toJson(content.properties()));
    json.put("payload", text.orElseGet(() -> Base64.getEncoder().encodeToString(payload)));
    json.put("payload_encoding", text.isPresent() ? "string" : "base64");
    return json;
  }

  private static Optional<String> text(byte[] payload) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  Response publish(Request request) {
    String name = request.path("name");
    Exchange exchange = host.existingExchange(name.equals("amq.default") ? "" : name);
    JsonNode body = request.body();
    require(body, "payload", "payload_encoding", "properties", "routing_key");
    BasicProperties properties = PropertiesJson.of(body.get("properties"));
    if (properties.expiration() != null) {
      Expiration.check(properties.expiration());
    }
    String payload = body.get("payload").asString();
    byte[] octets =
        body.get("payload_encoding").asString().equals("base64")
            ? Base64.getDecoder().decode(payload)
            : payload.getBytes(StandardCharsets.UTF_8);
    Message message =
        Message.published(
            exchange.name(),
            body.get("routing_key").asString(),
            new Content(properties, properties.encode(), octets));
    Aftermath after = new Aftermath(host);
    List<Queue> queues = host.route(exchange, message);
    queues.forEach(queue -> queue.publish(message, after));
    after.run();
    return Response.ok(Map.of("routed", !queues.isEmpty()));
  }
}
