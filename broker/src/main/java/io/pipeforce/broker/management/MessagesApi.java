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
import io.pipeforce.broker.session.Credentials;
import io.pipeforce.broker.session.MessageCounters;
import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.BasicProperties;
import io.pipeforce.broker.wire.Text;
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
  private final MessageCounters counters;

  MessagesApi(AmqpServer server) {
    this.host = server.host();
    this.counters = server.withoutChannel();
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
    int count = integer(body.get("count"));
    String encoding = body.get("encoding").asString();
    if (!encoding.equals("auto") && !encoding.equals("base64")) {
      throw new Refusal("Unsupported encoding. Please use auto or base64.");
    }
    String ackMode = body.get("ackmode").asString();
    int truncate = body.has("truncate") ? integer(body.get("truncate")) : Integer.MAX_VALUE;
    Aftermath after = new Aftermath(host);
    List<Delivery> deliveries = new ArrayList<>();
    List<Map<String, Object>> answer = new ArrayList<>();
    boolean found = true;
    // Less than none is all there are.
    while (found && (count < 0 || answer.size() < count)) {
      found =
          queue.get(
              false,
              after,
              (delivery, left) -> {
                deliveries.add(delivery);
                counters.got(false, delivery.redelivered());
                answer.add(json(delivery, left, encoding, truncate));
              });
    }
    if (!found) {
      counters.gotNothing();
    }
    settle(queue, ackMode, deliveries, after);
    after.run();
    return Response.ok(answer);
  }

  private static int integer(JsonNode json) {
    if (json.isIntegralNumber()) {
      return json.intValue();
    }
    try {
      return Integer.parseInt(json.asString(""));
    } catch (NumberFormatException _) {
      throw new Refusal(List.of("not_integer", json.asString("")));
    }
  }

  private void settle(Queue queue, String ackMode, List<Delivery> deliveries, Aftermath after) {
    switch (ackMode) {
      case "ack_requeue_false" -> {
        counters.acknowledged(deliveries.size());
        queue.acknowledge(deliveries, after);
      }
      case "reject_requeue_false" -> queue.reject(deliveries, after);
      case "ack_requeue_true", "reject_requeue_true" -> queue.requeue(deliveries, after);
      default -> {
        queue.requeue(deliveries, after);
        throw new Refusal(
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
            .collect(Collectors.joining(",\n "));
    if (!missing.isEmpty()) {
      throw new Refusal("[" + missing + "]");
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
    json.put("routing_key", Text.printable(delivery.message().routingKey()));
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
    Exchange exchange = host.existingExchange(ExchangesApi.name(request));
    JsonNode body = request.body();
    require(body, "payload", "payload_encoding", "properties", "routing_key");
    BasicProperties properties = PropertiesJson.of(body.get("properties"));
    if (properties.expiration() != null) {
      try {
        Expiration.canonical(properties.expiration());
      } catch (AmqpException e) {
        throw new Refusal(e.replyText().isEmpty() ? e.explanation() : "406 " + e.replyText());
      }
    }
    if (properties.userId() != null && !properties.userId().equals(Credentials.USER)) {
      throw new Refusal(
          "406 PRECONDITION_FAILED - user_id property set to '%s' but authenticated user was '%s'"
              .formatted(properties.userId(), Credentials.USER));
    }
    if (exchange.internal()) {
      throw new Refusal("403 ACCESS_REFUSED - cannot publish to internal " + exchange.described());
    }
    Message message =
        Message.published(
            exchange.name(),
            body.get("routing_key").asString(),
            new Content(properties, properties.encode(), payload(body)));
    Aftermath after = new Aftermath(host);
    List<Queue> queues = host.route(exchange, message);
    counters.published();
    exchange.counters().published(queues.size());
    if (queues.isEmpty()) {
      // RabbitMQ publishes as mandatory, to know whether to answer "routed".
      counters.unroutable(true);
    }
    queues.forEach(queue -> queue.publish(message, after));
    after.run();
    return Response.ok(Map.of("routed", !queues.isEmpty()));
  }

  private static byte[] payload(JsonNode body) {
    String payload = body.get("payload").asString();
    String encoding = body.get("payload_encoding").asString();
    return switch (encoding) {
      case "string" -> payload.getBytes(StandardCharsets.UTF_8);
      case "base64" -> {
        try {
          yield Base64.getDecoder().decode(payload);
        } catch (IllegalArgumentException _) {
          throw new Refusal(List.of("not_base64", payload));
        }
      }
      default -> throw new Refusal(List.of("unsupported_encoding", encoding));
    };
  }
}
