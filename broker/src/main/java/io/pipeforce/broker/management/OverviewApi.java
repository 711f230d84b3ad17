package io.pipeforce.broker.management;

import io.pipeforce.broker.model.ExchangeType;
import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.QueueState;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.session.Connection;
import io.pipeforce.broker.session.Credentials;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The broker as a whole. */
final class OverviewApi {
  static final String NODE = "rabbit@localhost";

  private final AmqpServer server;

  OverviewApi(AmqpServer server) {
    this.server = server;
  }

  Response overview(Request request) {
    List<QueueState> queues = server.host().queues().stream().map(Queue::state).toList();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("management_version", AmqpServer.VERSION);
    json.put("rates_mode", "basic");
    json.put("product_name", AmqpServer.PRODUCT);
    json.put("product_version", AmqpServer.VERSION);
    json.put("rabbitmq_version", AmqpServer.VERSION);
    json.put("cluster_name", AmqpServer.CLUSTER);
    json.put("node", NODE);
    json.put(
        "exchange_types",
        Arrays.stream(ExchangeType.values())
            .map(type -> Map.of("name", type.text(), "enabled", true))
            .toList());
    json.put(
        "queue_totals",
        Map.of(
            "messages", queues.stream().mapToLong(QueueState::messages).sum(),
            "messages_ready", queues.stream().mapToLong(QueueState::ready).sum(),
            "messages_unacknowledged",
                queues.stream().mapToLong(QueueState::unacknowledged).sum()));
    json.put(
        "object_totals",
        Map.of(
            "channels",
                server.connections().stream()
                    .map(Connection::channels)
                    .mapToInt(channels -> channels.size())
                    .sum(),
            "connections", server.connections().size(),
            "consumers", queues.stream().mapToInt(queue -> queue.consumers().size()).sum(),
            "exchanges", server.host().exchanges().size(),
            "queues", queues.size()));
    json.put(
        "listeners",
        List.of(
            Map.of(
                "node",
                NODE,
                "protocol",
                "amqp",
                "ip_address",
                server.address().getHostAddress(),
                "port",
                server.port())));
    return Response.ok(json);
  }

  Response whoAmI(Request request) {
    return Response.ok(Map.of("name", Credentials.USER, "tags", List.of("administrator")));
  }

  Response virtualHosts(Request request) {
    return Response.ok(List.of(Map.of("name", VirtualHost.NAME, "description", "Default")));
  }

  Response alive(Request request) {
    return Response.ok(Map.of("status", "ok"));
  }

  Response alarms(Request request) {
    if (!server.host().memory().isHigh()) {
      return Response.ok(Map.of("status", "ok"));
    }
    return new Response(
        503,
        Map.of(
            "status", "failed",
            "reason", "There are alarms in effect in the cluster",
            "alarms", List.of(Map.of("node", NODE, "resource", "memory"))),
        Map.of());
  }
}
