package io.pipeforce.broker.management;

import io.pipeforce.broker.model.Binding;
import io.pipeforce.broker.model.Destination;
import io.pipeforce.broker.model.Exchange;
import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.QueueDefinition;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.session.Credentials;
import io.pipeforce.broker.wire.AmqpException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The topology as one document: written out, and made from one.
 *
 * <p>Source: {@code rabbit_definitions.erl}: what is exclusive to a connection is not written; what
 * is there already stays as it is, also when the document says otherwise.
 */
final class DefinitionsApi {
  private final VirtualHost host;

  DefinitionsApi(AmqpServer server) {
    this.host = server.host();
  }

  // --- export

  Response export(Request request) {
    Map<String, Object> json = version("cluster");
    json.put("original_cluster_name", AmqpServer.CLUSTER);
    json.put("explanation", "Definitions of cluster '" + AmqpServer.CLUSTER + "'");
    json.put("users", List.of(Description.user()));
    json.put("vhosts", List.of(Description.virtualHost()));
    json.put("permissions", List.of(Description.permission()));
    json.put("topic_permissions", List.of());
    json.put("parameters", List.of());
    json.put("global_parameters", Description.globalParameters());
    json.put("policies", List.of());
    topology(json, Map.of("vhost", VirtualHost.NAME));
    return download(request, json);
  }

  Response exportVirtualHost(Request request) {
    Map<String, Object> json = version("single_virtual_host");
    json.put("original_vhost_name", VirtualHost.NAME);
    json.put("explanation", "Definitions of virtual host '" + VirtualHost.NAME + "'");
    json.put("metadata", Description.metadata());
    json.put("description", "Default virtual host");
    json.put("default_queue_type", "classic");
    json.put("limits", List.of());
    json.put("parameters", List.of());
    json.put("policies", List.of());
    topology(json, Map.of());
    return download(request, json);
  }

  private static Map<String, Object> version(String format) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rabbit_version", AmqpServer.VERSION);
    json.put("rabbitmq_version", AmqpServer.VERSION);
    json.put("product_name", AmqpServer.PRODUCT);
    json.put("product_version", AmqpServer.VERSION);
    json.put("rabbitmq_definition_format", format);
    return json;
  }

  private static Response download(Request request, Map<String, Object> json) {
    String file = request.query().get("download");
    return file == null
        ? Response.ok(json)
        : new Response(
            200, json, Map.of("Content-Disposition", "attachment; filename=" + inOneLine(file)));
  }

  private static String inOneLine(String file) {
    return file.replaceAll("[\\r\\n]", "");
  }

  private void topology(Map<String, Object> json, Map<String, Object> where) {
    json.put("queues", queues().map(queue -> json(queue, where)).toList());
    json.put("exchanges", exchanges().map(exchange -> json(exchange, where)).toList());
    json.put(
        "bindings",
        host.bindings().stream()
            .filter(binding -> isShared(binding.destination()))
            .map(binding -> json(binding, where))
            .toList());
  }

  private Stream<Queue> queues() {
    return host.queues().stream()
        .filter(DefinitionsApi::isShared)
        .sorted(Comparator.comparing(Queue::name));
  }

  private Stream<Exchange> exchanges() {
    return host.exchanges().stream()
        .filter(exchange -> !isPredefined(exchange.name()))
        .sorted(Comparator.comparing(Exchange::name));
  }

  private static boolean isPredefined(String name) {
    return name.isEmpty() || name.startsWith("amq.");
  }

  private static boolean isShared(Destination destination) {
    return !(destination instanceof Queue queue && queue.definition().exclusive());
  }

  private static Map<String, Object> json(Queue queue, Map<String, Object> where) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", queue.name());
    json.putAll(where);
    json.put("durable", queue.definition().durable());
    json.put("auto_delete", queue.definition().autoDelete());
    json.put("arguments", FieldJson.toJson(queue.definition().arguments()));
    return json;
  }

  private static Map<String, Object> json(Exchange exchange, Map<String, Object> where) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", exchange.name());
    json.putAll(where);
    json.put("type", exchange.type().text());
    json.put("durable", exchange.durable());
    json.put("auto_delete", exchange.autoDelete());
    json.put("internal", exchange.internal());
    json.put("arguments", FieldJson.toJson(exchange.arguments()));
    return json;
  }

  private static Map<String, Object> json(Binding binding, Map<String, Object> where) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("source", binding.source().name());
    json.putAll(where);
    json.put("destination", binding.destination().name());
    json.put("destination_type", binding.destination().kind());
    json.put("routing_key", binding.routingKey());
    json.put("arguments", FieldJson.toJson(binding.arguments()));
    return json;
  }

  // --- import

  Response load(Request request) {
    JsonNode body = request.body();
    List<String> unsupported = new ArrayList<>();
    refuseOthers(body, "users", "name", Credentials.USER, unsupported);
    refuseOthers(body, "permissions", "user", Credentials.USER, unsupported);
    refuseAll(body, "topic_permissions", "user", unsupported);
    refuseAll(body, "parameters", "name", unsupported);
    refuseAll(body, "policies", "name", unsupported);
    if (!unsupported.isEmpty()) {
      throw new Refusal(
          "nothing was imported, for the dev broker has one user, guest, and no policies; take out: "
              + String.join(", ", unsupported));
    }
    for (String kind : List.of("vhosts", "queues", "exchanges", "bindings", "permissions")) {
      String name = kind.equals("vhosts") ? "name" : "vhost";
      body.path(kind).forEach(each -> checkVirtualHost(each.path(name).asString(VirtualHost.NAME)));
    }
    each(body, "exchanges", this::exchange);
    each(body, "queues", this::queue);
    each(body, "bindings", this::bind);
    return Response.noContent();
  }

  private static void refuseOthers(
      JsonNode body, String kind, String by, String known, List<String> unsupported) {
    body.path(kind)
        .forEach(each -> {
          String name = each.path(by).asString("");
          if (!name.equals(known)) {
            unsupported.add(kind + " of " + name);
          }
        });
  }

  private static void refuseAll(JsonNode body, String kind, String by, List<String> unsupported) {
    body.path(kind).forEach(each -> unsupported.add(kind + " " + each.path(by).asString("")));
  }

  private static void checkVirtualHost(String name) {
    if (!name.equals(VirtualHost.NAME)) {
      throw new Refusal(
          "Please create virtual host \"%s\" prior to importing definitions.".formatted(name));
    }
  }

  private static void each(JsonNode body, String kind, Consumer<JsonNode> make) {
    for (JsonNode each : body.path(kind)) {
      try {
        make.accept(each);
      } catch (AmqpException e) {
        throw new Refusal("precondition_failed: " + e.explanation());
      }
    }
  }

  private void exchange(JsonNode json) {
    String name = json.path("name").asString("");
    if (isPredefined(name) || host.exchange(name).isPresent()) {
      return;
    }
    host.declareExchange(
        name,
        json.path("type").asString("direct"),
        FieldJson.isTrue(json, "durable"),
        FieldJson.isTrue(json, "auto_delete"),
        FieldJson.isTrue(json, "internal"),
        FieldJson.table(json.get("arguments")));
  }

  private void queue(JsonNode json) {
    String name = json.path("name").asString("");
    if (isPredefined(name) || host.queue(name).isPresent()) {
      return;
    }
    host.declareQueue(
        new QueueDefinition(
            name,
            FieldJson.isTrue(json, "durable"),
            FieldJson.isTrue(json, "auto_delete"),
            null,
            FieldJson.table(json.get("arguments"))),
        false);
  }

  private void bind(JsonNode json) {
    String source = json.path("source").asString("");
    String destination = json.path("destination").asString("");
    boolean toQueue = !json.path("destination_type").asString("queue").equals("exchange");
    List<String> missing = new ArrayList<>();
    if (host.exchange(source).isEmpty()) {
      missing.add(missing("exchange", source));
    }
    Destination target =
        toQueue ? host.queue(destination).orElse(null) : host.exchange(destination).orElse(null);
    if (target == null) {
      missing.add(missing(toQueue ? "queue" : "exchange", destination));
    }
    if (target == null || !missing.isEmpty()) {
      throw new Refusal("{resources_missing,[" + String.join(",", missing) + "]}");
    }
    host.bind(
        source,
        target,
        json.path("routing_key").asString(""),
        FieldJson.table(json.get("arguments")));
  }

  private static String missing(String kind, String name) {
    return "{not_found,{resource,<<\"/\">>,%s,<<\"%s\">>}}".formatted(kind, name);
  }
}
