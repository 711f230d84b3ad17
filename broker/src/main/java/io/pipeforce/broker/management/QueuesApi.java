package io.pipeforce.broker.management;

import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.QueueDefinition;
import io.pipeforce.broker.model.QueueState;
import io.pipeforce.broker.model.Subscription;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Queues: what there is, and making and deleting them. */
final class QueuesApi {
  private final VirtualHost host;
  private final ClientsApi clients;

  QueuesApi(AmqpServer server) {
    this.host = server.host();
    this.clients = new ClientsApi(server);
  }

  Response list(Request request) {
    return Response.ok(
        host.queues().stream()
            .sorted(Comparator.comparing(Queue::name))
            .map(QueuesApi::queue)
            .toList());
  }

  Response get(Request request) {
    Queue queue = host.existingQueue(request.path("name"));
    Map<String, @Nullable Object> json = queue(queue);
    json.put("consumer_details", clients.consumersOf(queue.name()));
    json.put("incoming", List.of());
    json.put("deliveries", List.of());
    return Response.ok(json);
  }

  Response put(Request request) {
    JsonNode body = request.body();
    VirtualHost.Declared declared =
        host.declareQueue(
            new QueueDefinition(
                request.path("name"),
                body.path("durable").asBoolean(false),
                body.path("auto_delete").asBoolean(false),
                null,
                FieldJson.table(body.get("arguments"))),
            false);
    return declared.isNew() ? Response.created() : Response.noContent();
  }

  Response delete(Request request) {
    Queue queue = host.existingQueue(request.path("name"));
    host.deleteQueue(queue, request.isSet("if-unused"), request.isSet("if-empty"));
    return Response.noContent();
  }

  private static Map<String, @Nullable Object> queue(Queue queue) {
    QueueDefinition definition = queue.definition();
    QueueState state = queue.state();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", queue.name());
    json.put("vhost", VirtualHost.NAME);
    json.put("type", definition.type().text());
    json.put("node", OverviewApi.NODE);
    json.put("state", "running");
    json.put("durable", definition.durable());
    json.put("auto_delete", definition.autoDelete());
    json.put("exclusive", definition.exclusive());
    json.put("arguments", FieldJson.toJson(definition.arguments()));
    json.put("policy", null);
    json.put("operator_policy", null);
    json.put("effective_policy_definition", Map.of());
    json.put("consumers", state.consumers().size());
    json.put("exclusive_consumer_tag", exclusiveTag(state));
    json.put("messages", state.messages());
    json.put("messages_ready", state.ready());
    json.put("messages_unacknowledged", state.unacknowledged());
    json.put("message_bytes", state.readyBytes() + state.unacknowledgedBytes());
    json.put("message_bytes_ready", state.readyBytes());
    json.put("message_bytes_unacknowledged", state.unacknowledgedBytes());
    json.put("message_stats", stats(state.stats()));
    return json;
  }

  private static @Nullable String exclusiveTag(QueueState state) {
    return state.consumers().stream()
        .filter(Subscription::exclusive)
        .map(Subscription::tag)
        .findFirst()
        .orElse(null);
  }

  private static Map<String, Object> stats(QueueState.MessageStats stats) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("publish", stats.publish());
    json.put("deliver", stats.deliver());
    json.put("deliver_no_ack", stats.deliverNoAck());
    json.put("get", stats.get());
    json.put("get_no_ack", stats.getNoAck());
    json.put("get_empty", stats.getEmpty());
    json.put(
        "deliver_get", stats.deliver() + stats.deliverNoAck() + stats.get() + stats.getNoAck());
    json.put("redeliver", stats.redeliver());
    json.put("ack", stats.ack());
    return json;
  }
}
