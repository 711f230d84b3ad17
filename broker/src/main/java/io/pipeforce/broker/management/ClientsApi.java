package io.pipeforce.broker.management;

import io.pipeforce.broker.model.Subscription;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.session.Channel;
import io.pipeforce.broker.session.Connection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Connections, their channels and consumers. */
final class ClientsApi {
  /** RabbitMQ's: a consumer that does not acknowledge for so long is ended. */
  private static final int CONSUMER_TIMEOUT = 1_800_000;

  private final AmqpServer server;
  private final Rates rates;

  ClientsApi(AmqpServer server, Rates rates) {
    this.server = server;
    this.rates = rates;
  }

  // --- connections

  Response connections(Request request) {
    return Listing.of(request, list(_ -> true));
  }

  Response connectionsOfUser(Request request) {
    return Response.ok(list(connection -> connection.user().equals(request.path("user"))));
  }

  Response closeConnectionsOfUser(Request request) {
    server.connections().stream()
        .filter(connection -> connection.user().equals(request.path("user")))
        .forEach(connection -> close(request, connection));
    return Response.noContent();
  }

  private List<Map<String, @Nullable Object>> list(Predicate<Connection> wanted) {
    return server.connections().stream()
        .filter(wanted)
        .sorted(Comparator.comparing(Connection::name))
        .map(this::connection)
        .toList();
  }

  Response connection(Request request) {
    return named(request)
        .map(connection -> {
          Map<String, @Nullable Object> json = connection(connection);
          // What is nothing in the list is an empty text here.
          json.replaceAll((_, value) -> value == null ? "" : value);
          return Listing.one(request, json);
        })
        .orElse(Response.notFound());
  }

  Response closeConnection(Request request) {
    return named(request)
        .map(connection -> {
          close(request, connection);
          return Response.noContent();
        })
        .orElse(Response.notFound());
  }

  private static void close(Request request, Connection connection) {
    connection.shutDown(request.header("X-Reason").orElse("Closed via management plugin"));
  }

  private Optional<Connection> named(Request request) {
    return server.connections().stream()
        .filter(connection -> connection.name().equals(request.path("name")))
        .findFirst();
  }

  private Map<String, @Nullable Object> connection(Connection connection) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", connection.name());
    json.put("type", "network");
    json.put("protocol", "AMQP 0-9-1");
    json.put("node", Description.NODE);
    json.put("state", connection.blocked() ? "blocked" : "running");
    json.put("vhost", VirtualHost.NAME);
    json.put("user", connection.user());
    json.put("user_who_performed_action", connection.user());
    json.put("auth_mechanism", connection.mechanism());
    json.put("ssl", false);
    for (String part : List.of("cipher", "hash", "key_exchange", "protocol")) {
      json.put("ssl_" + part, null);
    }
    for (String part : List.of("issuer", "subject", "validity")) {
      json.put("peer_cert_" + part, null);
    }
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
    rates.describe(connection, Counters.of(connection.traffic()), json);
    json.put("recv_cnt", connection.traffic().reads());
    json.put("send_cnt", connection.traffic().writes());
    json.put("send_pend", connection.pending());
    return json;
  }

  // --- channels

  Response channels(Request request) {
    return Listing.of(request, allChannels().map(this::channel).toList());
  }

  Response channelsOfConnection(Request request) {
    return named(request)
        .map(connection ->
            Listing.of(request, connection.channels().stream().map(this::channel).toList()))
        .orElse(Response.notFound());
  }

  Response channel(Request request) {
    return allChannels()
        .filter(channel -> name(channel).equals(request.path("name")))
        .findFirst()
        .map(channel -> {
          Map<String, @Nullable Object> json = channel(channel);
          json.put(
              "consumer_details",
              channel.subscriptions().stream().map(each -> consumer(channel, each)).toList());
          json.put("publishes", List.of());
          json.put("deliveries", List.of());
          return Listing.one(request, json);
        })
        .orElse(Response.notFound());
  }

  private Stream<Channel> allChannels() {
    return server.connections().stream().flatMap(connection -> connection.channels().stream());
  }

  private Map<String, @Nullable Object> channel(Channel channel) {
    Connection connection = channel.connection();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", name(channel));
    json.put("number", channel.number());
    json.put("node", Description.NODE);
    json.put("state", "running");
    json.put("vhost", VirtualHost.NAME);
    json.put("user", connection.user());
    json.put("user_who_performed_action", connection.user());
    json.put("confirm", channel.confirming());
    json.put("transactional", channel.transactional());
    json.put("prefetch_count", channel.prefetch());
    if (channel.globalPrefetch() > 0) {
      json.put("global_prefetch_count", channel.globalPrefetch());
    }
    json.put("consumer_count", channel.subscriptions().size());
    json.put("messages_unacknowledged", channel.unsettled());
    json.put("messages_unconfirmed", channel.unconfirmed());
    json.put("messages_uncommitted", channel.uncommittedMessages());
    json.put("acks_uncommitted", channel.uncommittedAcks());
    Map<String, Long> counts = channel.counters().counts();
    if (!counts.isEmpty()) {
      Map<String, @Nullable Object> stats = new LinkedHashMap<>();
      rates.describe(channel, counts, stats);
      json.put("message_stats", stats);
    }
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

  // --- consumers

  Response consumers(Request request) {
    return Listing.of(request, consumers(_ -> true));
  }

  /** The consumers of one queue. */
  List<Map<String, Object>> consumersOf(String queue) {
    return consumers(subscription -> subscription.queue().name().equals(queue));
  }

  private List<Map<String, Object>> consumers(Predicate<Subscription> wanted) {
    return allChannels()
        .flatMap(channel ->
            channel.subscriptions().stream()
                .filter(wanted)
                .map(subscription -> consumer(channel, subscription)))
        .toList();
  }

  private static Map<String, Object> consumer(Channel channel, Subscription subscription) {
    boolean active = subscription.queue().isActive(subscription);
    boolean single = subscription.queue().singleActiveConsumer();
    Connection connection = channel.connection();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("consumer_tag", subscription.tag());
    json.put("consumer_timeout", CONSUMER_TIMEOUT);
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
            "node", Description.NODE,
            "peer_host", connection.peerHost(),
            "peer_port", connection.peerPort(),
            "user", connection.user()));
    return json;
  }
}
