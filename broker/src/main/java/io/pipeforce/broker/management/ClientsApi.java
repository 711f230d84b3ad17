package io.pipeforce.broker.management;

import io.pipeforce.broker.model.Subscription;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.session.Channel;
import io.pipeforce.broker.session.Connection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Connections, their channels and consumers. */
final class ClientsApi {
  private final AmqpServer server;

  ClientsApi(AmqpServer server) {
    this.server = server;
  }

  Response connections(Request request) {
    return Response.ok(server.connections().stream().map(this::connection).toList());
  }

  Response closeConnection(Request request) {
    return server.connections().stream()
        .filter(connection -> connection.name().equals(request.path("name")))
        .findFirst()
        .map(connection -> {
          connection.shutDown("Closed via management plugin");
          return Response.noContent();
        })
        .orElse(Response.notFound());
  }

  private Map<String, @Nullable Object> connection(Connection connection) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", connection.name());
    json.put("type", "network");
    json.put("protocol", "AMQP 0-9-1");
    json.put("node", OverviewApi.NODE);
    json.put("state", connection.blocked() ? "blocked" : "running");
    json.put("vhost", VirtualHost.NAME);
    json.put("user", connection.user());
    json.put("auth_mechanism", connection.mechanism());
    json.put("ssl", false);
    json.put("peer_host", connection.peerHost());
    json.put("peer_port", connection.peerPort());
    json.put("host", server.address().getHostAddress());
    json.put("port", server.port());
    json.put("channels", connection.channels().size());
    json.put("channel_max", connection.channelMax());
    json.put("frame_max", connection.frameMax());
    json.put("timeout", connection.heartbeat().toSeconds());
    json.put("connected_at", connection.connectedAt().toEpochMilli());
    json.put("client_properties", FieldJson.toJson(connection.clientProperties()));
    connection
        .clientProperties()
        .text("connection_name")
        .ifPresent(name -> json.put("user_provided_name", name));
    return json;
  }

  Response channels(Request request) {
    return Response.ok(
        server.connections().stream()
            .flatMap(connection -> connection.channels().stream())
            .map(ClientsApi::channel)
            .toList());
  }

  private static Map<String, Object> channel(Channel channel) {
    Connection connection = channel.connection();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name(channel));
    json.put("number", channel.number());
    json.put("node", OverviewApi.NODE);
    json.put("state", "running");
    json.put("vhost", VirtualHost.NAME);
    json.put("user", connection.user());
    json.put("confirm", channel.confirming());
    json.put("transactional", channel.transactional());
    json.put("prefetch_count", channel.prefetch());
    json.put("global_prefetch_count", channel.globalPrefetch());
    json.put("consumer_count", channel.subscriptions().size());
    json.put("messages_unacknowledged", channel.unsettled());
    json.put(
        "connection_details",
        Map.of(
            "name", connection.name(),
            "peer_host", connection.peerHost(),
            "peer_port", connection.peerPort()));
    return json;
  }

  private static String name(Channel channel) {
    return channel.connection().name() + " (" + channel.number() + ")";
  }

  Response consumers(Request request) {
    return Response.ok(
        server.connections().stream()
            .flatMap(connection -> connection.channels().stream())
            .flatMap(channel ->
                channel.subscriptions().stream()
                    .map(subscription -> consumer(channel, subscription)))
            .toList());
  }

  /** The consumers of one queue. */
  List<Map<String, Object>> consumersOf(String queue) {
    return server.connections().stream()
        .flatMap(connection -> connection.channels().stream())
        .flatMap(channel ->
            channel.subscriptions().stream()
                .filter(subscription -> subscription.queue().name().equals(queue))
                .map(subscription -> consumer(channel, subscription)))
        .toList();
  }

  private static Map<String, Object> consumer(Channel channel, Subscription subscription) {
    boolean active = subscription.queue().isActive(subscription);
    boolean single = subscription.queue().singleActiveConsumer();
    Connection connection = channel.connection();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("consumer_tag", subscription.tag());
    json.put("queue", Map.of("name", subscription.queue().name(), "vhost", VirtualHost.NAME));
    json.put("ack_required", !subscription.noAck());
    json.put("exclusive", subscription.exclusive());
    json.put("prefetch_count", subscription.prefetch());
    json.put("active", active);
    json.put("activity_status", single ? (active ? "single_active" : "waiting") : "up");
    json.put("arguments", FieldJson.toJson(subscription.arguments()));
    json.put(
        "channel_details",
        Map.of(
            "name", name(channel),
            "number", channel.number(),
            "connection_name", connection.name(),
            "node", OverviewApi.NODE,
            "peer_host", connection.peerHost(),
            "peer_port", connection.peerPort(),
            "user", connection.user()));
    return json;
  }
}
