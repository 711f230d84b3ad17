package io.pipeforce.broker.management;

import io.pipeforce.broker.model.Binding;
import io.pipeforce.broker.model.Destination;
import io.pipeforce.broker.model.Exchange;
import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.wire.FieldTable;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Bindings: what there is, and making and deleting them. */
final class BindingsApi {
  private final VirtualHost host;

  BindingsApi(AmqpServer server) {
    this.host = server.host();
  }

  Response list(Request request) {
    return answer(request, _ -> true);
  }

  Response ofQueue(Request request) {
    Queue queue = host.existingQueue(request.path("name"));
    return answer(request, binding -> binding.destination().equals(queue));
  }

  Response from(Request request) {
    String exchange = ExchangesApi.name(request);
    return answer(request, binding -> binding.source().name().equals(exchange));
  }

  Response to(Request request) {
    String exchange = ExchangesApi.name(request);
    return answer(request, binding -> leadsTo(binding, "exchange", exchange));
  }

  Response between(Request request) {
    return answer(request, isBetween(request));
  }

  Response get(Request request) {
    return find(request)
        .map(binding -> Response.ok(json(binding)))
        .findFirst()
        .orElse(Response.notFound());
  }

  Response post(Request request) {
    Exchange source = source(request);
    Destination destination = destination(request);
    JsonNode body = request.body();
    String routingKey = body.path("routing_key").asString("");
    FieldTable arguments = FieldJson.table(body.get("arguments"));
    host.bind(source.name(), destination, routingKey, arguments);
    Binding binding = new Binding(source, destination, routingKey, arguments);
    return Response.createdAt(
        URLEncoder.encode(destination.name(), StandardCharsets.UTF_8)
            + "/"
            + URLEncoder.encode(propertiesKey(binding), StandardCharsets.UTF_8));
  }

  Response delete(Request request) {
    return find(request)
        .findFirst()
        .map(binding -> {
          host.unbind(
              binding.source().name(),
              binding.destination(),
              binding.routingKey(),
              binding.arguments());
          return Response.noContent();
        })
        .orElse(Response.notFound());
  }

  private Exchange source(Request request) {
    return host.exchange(sourceName(request))
        .orElseThrow(() -> missing("exchange", request.path("source")));
  }

  private Destination destination(Request request) {
    String name = request.path("destination");
    return switch (request.path("type")) {
      case "q" -> host.queue(name).orElseThrow(() -> missing("queue", name));
      case "e" -> host.exchange(name).orElseThrow(() -> missing("exchange", name));
      default ->
          throw new IllegalArgumentException(
              "a binding leads to q or e, was: " + request.path("type"));
    };
  }

  private static Refusal missing(String kind, String name) {
    return new Refusal(404, "not_found", "no %s '%s' in vhost '/'".formatted(kind, name));
  }

  private static Predicate<Binding> isBetween(Request request) {
    String source = sourceName(request);
    String destination = request.path("destination");
    String kind = request.path("type").equals("e") ? "exchange" : "queue";
    return binding -> binding.source().name().equals(source) && leadsTo(binding, kind, destination);
  }

  private static boolean leadsTo(Binding binding, String kind, String name) {
    return binding.destination().kind().equals(kind) && binding.destination().name().equals(name);
  }

  private static String sourceName(Request request) {
    String name = request.path("source");
    return name.equals("amq.default") ? "" : name;
  }

  private Stream<Binding> find(Request request) {
    return all()
        .filter(isBetween(request))
        .filter(binding -> propertiesKey(binding).equals(request.path("props")));
  }

  private Response answer(Request request, Predicate<Binding> wanted) {
    return Listing.of(request, all().filter(wanted).map(BindingsApi::json).toList());
  }

  /** Those of every queue to the default exchange included, as RabbitMQ shows them. */
  private Stream<Binding> all() {
    Exchange defaultExchange = host.existingExchange("");
    List<Binding> implicit =
        host.queues().stream()
            .map(queue -> new Binding(defaultExchange, queue, queue.name(), FieldTable.EMPTY))
            .toList();
    return Stream.concat(implicit.stream(), host.bindings().stream());
  }

  private static Map<String, Object> json(Binding binding) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("source", binding.source().name());
    json.put("vhost", VirtualHost.NAME);
    json.put("destination", binding.destination().name());
    json.put("destination_type", binding.destination().kind());
    json.put("routing_key", binding.routingKey());
    json.put("arguments", FieldJson.toJson(binding.arguments()));
    json.put("properties_key", propertiesKey(binding));
    return json;
  }

  /**
   * Names a binding among those of the same source and destination: the routing key, {@code ~} for
   * an empty one, and a hash of the arguments if there are any.
   */
  static String propertiesKey(Binding binding) {
    String key =
        URLEncoder.encode(binding.routingKey(), StandardCharsets.UTF_8)
            .replace("*", "%2A")
            .replace("~", "%7E");
    if (binding.arguments().isEmpty()) {
      return key.isEmpty() ? "~" : key;
    }
    byte[] hash = ByteBuffer.allocate(4).putInt(binding.arguments().hashCode()).array();
    return key + "~" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }
}
