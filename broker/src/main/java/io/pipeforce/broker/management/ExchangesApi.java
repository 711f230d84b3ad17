package io.pipeforce.broker.management;

import io.pipeforce.broker.model.Exchange;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.session.Credentials;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Exchanges: what there is, and making and deleting them. */
final class ExchangesApi {
  private final VirtualHost host;
  private final Rates rates;

  ExchangesApi(AmqpServer server, Rates rates) {
    this.host = server.host();
    this.rates = rates;
  }

  Response list(Request request) {
    return Listing.of(
        request,
        host.exchanges().stream()
            .sorted(Comparator.comparing(Exchange::name))
            .map(this::exchange)
            .toList());
  }

  Response get(Request request) {
    Map<String, @Nullable Object> json = exchange(host.existingExchange(name(request)));
    json.put("incoming", List.of());
    json.put("outgoing", List.of());
    return Listing.one(request, json);
  }

  Response put(Request request) {
    String name = request.path("name");
    JsonNode body = request.body();
    boolean isNew = host.exchange(name).isEmpty();
    host.declareExchange(
        name,
        body.path("type").asString("direct"),
        FieldJson.isTrue(body, "durable"),
        FieldJson.isTrue(body, "auto_delete"),
        FieldJson.isTrue(body, "internal"),
        FieldJson.table(body.get("arguments")));
    return isNew ? Response.created() : Response.noContent();
  }

  Response delete(Request request) {
    String name = request.path("name");
    host.existingExchange(name);
    host.deleteExchange(name, request.isSet("if-unused"));
    return Response.noContent();
  }

  /** The default exchange has no name that could stand in a path. */
  static String name(Request request) {
    String name = request.path("name");
    return name.equals("amq.default") ? "" : name;
  }

  private Map<String, @Nullable Object> exchange(Exchange exchange) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", exchange.name());
    json.put("vhost", VirtualHost.NAME);
    json.put("type", exchange.type().text());
    json.put("durable", exchange.durable());
    json.put("auto_delete", exchange.autoDelete());
    json.put("internal", exchange.internal());
    json.put("arguments", FieldJson.toJson(exchange.arguments()));
    boolean predefined = exchange.name().isEmpty() || exchange.name().startsWith("amq.");
    json.put("user_who_performed_action", predefined ? Description.SYSTEM : Credentials.USER);
    Map<String, Long> counts = Counters.of(exchange);
    if (!counts.isEmpty()) {
      Map<String, @Nullable Object> stats = new LinkedHashMap<>();
      rates.describe(exchange, counts, stats);
      json.put("message_stats", stats);
    }
    return json;
  }
}
