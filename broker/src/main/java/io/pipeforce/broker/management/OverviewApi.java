package io.pipeforce.broker.management;

import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.QueueState;
import io.pipeforce.broker.session.AmqpServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The broker as a whole. */
final class OverviewApi {
  private final AmqpServer server;
  private final Rates rates;
  private final Listeners listeners;

  OverviewApi(AmqpServer server, Rates rates, Listeners listeners) {
    this.server = server;
    this.rates = rates;
    this.listeners = listeners;
  }

  Response overview(Request request) {
    List<QueueState> queues = server.host().queues().stream().map(Queue::state).toList();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("management_version", AmqpServer.VERSION);
    json.put("rates_mode", "basic");
    json.put(
        "sample_retention_policies",
        Map.of("global", List.of(60), "basic", List.of(60), "detailed", List.of(60)));
    json.put("exchange_types", Description.exchangeTypes());
    json.put("product_version", AmqpServer.VERSION);
    json.put("product_name", AmqpServer.PRODUCT);
    json.put("rabbitmq_version", AmqpServer.VERSION);
    json.put("cluster_name", AmqpServer.CLUSTER);
    json.put("cluster_tags", Map.of());
    json.put("node_tags", Map.of());
    json.put("erlang_version", "none");
    json.put("erlang_full_version", "Java " + Runtime.version());
    json.put("disable_stats", false);
    json.put("default_queue_type", "classic");
    json.put("is_op_policy_updating_enabled", true);
    json.put("enable_queue_totals", false);
    json.put("message_stats", rated(Counters.Whole.MESSAGES, server.messages().counts()));
    json.put("churn_rates", rated(Counters.Whole.CHURN, Counters.churn(server)));
    json.put("queue_totals", rated(Counters.Whole.QUEUE_TOTALS, Counters.totals(queues)));
    json.put("object_totals", objects(queues));
    json.put("statistics_db_event_queue", 0);
    json.put("node", Description.NODE);
    json.put("listeners", listeners.all());
    json.put("contexts", List.of(listeners.context()));
    return Listing.one(request, json);
  }

  private Map<String, @Nullable Object> rated(Object owner, Map<String, Long> counts) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    rates.describe(owner, counts, json);
    return json;
  }

  private Map<String, Object> objects(List<QueueState> queues) {
    return Map.of(
        "channels",
        server.connections().stream().mapToInt(connection -> connection.channels().size()).sum(),
        "connections",
        server.connections().size(),
        "consumers",
        queues.stream().mapToInt(queue -> queue.consumers().size()).sum(),
        "exchanges",
        server.host().exchanges().size(),
        "queues",
        queues.size());
  }

  Response clusterName(Request request) {
    return Response.ok(Map.of("name", AmqpServer.CLUSTER));
  }

  Response virtualHosts(Request request) {
    return Listing.of(request, List.of(virtualHost()));
  }

  Response virtualHost(Request request) {
    return Listing.one(request, virtualHost());
  }

  private Map<String, @Nullable Object> virtualHost() {
    List<QueueState> queues = server.host().queues().stream().map(Queue::state).toList();
    Map<String, @Nullable Object> json = new LinkedHashMap<>(Description.virtualHost());
    json.put("tracing", false);
    json.put("cluster_state", Map.of(Description.NODE, "running"));
    rates.describe(Counters.Whole.TRAFFIC, Counters.of(server.traffic()), json);
    rates.describe(Counters.Whole.QUEUE_TOTALS, Counters.totals(queues), json);
    Map<String, Long> counts = server.messages().counts();
    if (!counts.isEmpty()) {
      json.put("message_stats", rated(Counters.Whole.MESSAGES, counts));
    }
    return json;
  }

  /** What {@code rabbitmq-diagnostics} once did by sending a message through a queue. */
  Response alive(Request request) {
    return Response.ok(Map.of("status", "ok"));
  }
}
