package io.pipeforce.broker.management;

import io.pipeforce.broker.model.Exchange;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Exchanges: what there is, and making and deleting them. */
final class ExchangesApi {
  private final VirtualHost host;

  ExchangesApi(AmqpServer server) {
    this.host = server.host();
  }

  Response list(Request request) {
    return Response.ok(
        host.exchanges().stream()
            .sorted(Comparator.comparing(Exchange::name))
            .map(ExchangesApi::exchange)
            .toList());
  }

  Response get(Request request) {
    return Response.ok(exchange(host.existingExchange(request.path("name"))));
  }

  Response put(Request request) {
    String name = request.path("name");
    JsonNode body = request.body();
    boolean isNew = host.exchange(name).isEmpty();
    host.declareExchange(
        name,
        body.path("type").asString(""),
        body.path("durable").asBoolean(false),
        body.path("auto_delete").asBoolean(false),
        body.path("internal").asBoolean(false),
        FieldJson.table(body.get("arguments")));
    return isNew ? Response.created() : Response.noContent();
  }

  Response delete(Request request) {
    String name = request.path("name");
    host.existingExchange(name);
    host.deleteExchange(name, request.isSet("if-unused"));
    return Response.noContent();
  }

  private static Map<String, Object> exchange(Exchange exchange) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", exchange.name());
    json.put("vhost", VirtualHost.NAME);
    json.put("type", exchange.type().text());
    json.put("durable", exchange.durable());
    json.put("auto_delete", exchange.autoDelete());
    json.put("internal", exchange.internal());
    json.put("arguments", FieldJson.toJson(exchange.arguments()));
    return json;
  }
}
