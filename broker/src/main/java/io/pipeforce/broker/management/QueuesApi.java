package io.pipeforce.broker.management;

import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.QueueDefinition;
import io.pipeforce.broker.model.QueueState;
import io.pipeforce.broker.model.Subscription;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.session.Connection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Queues: what there is, and making and deleting them. */
final class QueuesApi {
  /** What a message takes besides its octets. */
  private static final int MESSAGE_OVERHEAD = 200;

  private final VirtualHost host;
  private final ClientsApi clients;
  private final Rates rates;

  QueuesApi(AmqpServer server, ClientsApi clients, Rates rates) {
    this.host = server.host();
    this.clients = clients;
    this.rates = rates;
  }

  Response list(Request request) {
    boolean withStatistics = !request.isSet("disable_stats");
    boolean withTotals = withStatistics || request.isSet("enable_queue_totals");
    return Listing.of(
        request, sorted().map(queue -> queue(queue, withStatistics, withTotals)).toList());
  }

  Response get(Request request) {
    Queue queue = host.existingQueue(request.path("name"));
    if (request.isSet("disable_stats")) {
      return Listing.one(request, queue(queue, false, request.isSet("enable_queue_totals")));
    }
    Map<String, @Nullable Object> json = detailed(queue);
    json.put("consumer_details", clients.consumersOf(queue.name()));
    json.put("incoming", List.of());
    json.put("deliveries", List.of());
    if (queue.definition().owner() instanceof Connection owner) {
      json.put(
          "owner_pid_details",
          Map.of(
              "name", owner.name(),
              "peer_host", owner.peerHost(),
              "peer_port", owner.peerPort()));
    }
    return Listing.one(request, json);
  }

  Response detailed(Request request) {
    return Listing.of(request, sorted().map(this::detailed).toList());
  }

  private Stream<Queue> sorted() {
    return host.queues().stream().sorted(Comparator.comparing(Queue::name));
  }

  private Map<String, @Nullable Object> detailed(Queue queue) {
    QueueState state = queue.state();
    Map<String, @Nullable Object> json = queue(queue, true, true);
    json.put("policy", null);
    json.put("operator_policy", null);
    if (!queue.isQuorum()) {
      json.put("exclusive_consumer_tag", exclusiveTag(state).orElse(null));
      json.put("head_message_timestamp", null);
    }
    json.put("single_active_consumer_tag", activeTag(queue, state).orElse(null));
    return json;
  }

  Response put(Request request) {
    JsonNode body = request.body();
    String node = body.path("node").asString("");
    if (!node.isEmpty() && !node.equals(Description.NODE)) {
      throw new Refusal("Node " + node + " could not be contacted");
    }
    VirtualHost.Declared declared =
        host.declareQueue(
            new QueueDefinition(
                request.path("name"),
                FieldJson.isTrue(body, "durable"),
                FieldJson.isTrue(body, "auto_delete"),
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

  /** Mirroring is no more, and with it whatever one could ask for. */
  Response act(Request request) {
    host.existingQueue(request.path("name"));
    throw new Refusal(List.of("unknown", request.body().path("action").asString("")));
  }

  private Map<String, @Nullable Object> queue(
      Queue queue, boolean withStatistics, boolean withTotals) {
    QueueDefinition definition = queue.definition();
    QueueState state = queue.state();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", queue.name());
    json.put("vhost", VirtualHost.NAME);
    json.put("type", definition.type().text());
    json.put("node", Description.NODE);
    json.put("state", "running");
    json.put("durable", definition.durable());
    json.put("auto_delete", definition.autoDelete());
    json.put("exclusive", definition.exclusive());
    json.put("arguments", FieldJson.toJson(definition.arguments()));
    if (queue.isQuorum()) {
      json.put("leader", Description.NODE);
      json.put("members", List.of(Description.NODE));
      json.put("online", List.of(Description.NODE));
    }
    if (withStatistics) {
      statistics(queue, state, json);
    } else if (withTotals) {
      json.putAll(Counters.contents(state));
    }
    return json;
  }

  private void statistics(Queue queue, QueueState state, Map<String, @Nullable Object> json) {
    long bytes = state.readyBytes() + state.unacknowledgedBytes();
    json.put("effective_policy_definition", Map.of());
    json.put("consumers", state.consumers().size());
    // A message is handed out at once to whoever can take it, so what is ready waits for consumers.
    int capacity = state.consumers().isEmpty() || state.ready() > 0 ? 0 : 1;
    json.put("consumer_capacity", capacity);
    json.put("consumer_utilisation", capacity);
    rates.describe(new Counters.Contents(queue), Counters.contents(state), json);
    json.put("message_bytes", bytes);
    json.put("message_bytes_ready", state.readyBytes());
    json.put("message_bytes_unacknowledged", state.unacknowledgedBytes());
    json.put("message_bytes_ram", bytes);
    json.put("messages_ram", state.messages());
    json.put("memory", bytes + (long) state.messages() * MESSAGE_OVERHEAD);
    if (queue.isQuorum()) {
      json.put("open_files", Map.of(Description.NODE, 0));
      queue.deliveryLimit().ifPresent(limit -> json.put("delivery_limit", limit));
      activeTag(queue, state).ifPresent(tag -> json.put("single_active_consumer_tag", tag));
    } else {
      json.put("messages_ready_ram", state.ready());
      json.put("messages_unacknowledged_ram", state.unacknowledged());
      json.put("messages_paged_out", 0);
      json.put("message_bytes_paged_out", 0);
      json.put("storage_version", 2);
    }
    Map<String, Long> counts = Counters.of(state.stats());
    if (!counts.isEmpty()) {
      Map<String, @Nullable Object> stats = new LinkedHashMap<>();
      rates.describe(queue, counts, stats);
      json.put("message_stats", stats);
    }
  }

  private static Optional<String> exclusiveTag(QueueState state) {
    return state.consumers().stream()
        .filter(Subscription::exclusive)
        .map(Subscription::tag)
        .findFirst();
  }

  private static Optional<String> activeTag(Queue queue, QueueState state) {
    return queue.singleActiveConsumer()
        ? state.consumers().stream().filter(queue::isActive).map(Subscription::tag).findFirst()
        : Optional.empty();
  }
}
