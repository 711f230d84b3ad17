package io.pipeforce.hub.broker;

import io.pipeforce.BrokerAddress;
import io.pipeforce.Message;
import io.pipeforce.MessagingException;
import io.pipeforce.QueueLook;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The queues, exchanges and bindings of the broker's virtual host. Thread-safe. */
public final class BrokerTopology {
  private final BrokerAddress broker;
  private final String virtualHost;
  private final ManagementApi api;

  /**
   * @param management the URL of the broker's management API, without {@code /api}
   */
  public BrokerTopology(BrokerAddress broker, URI management) {
    this.broker = broker;
    this.virtualHost = broker.virtualHost();
    this.api = new ManagementApi(management, broker);
  }

  /** A queue as it was declared; counts are as old as the moment it was asked for. */
  public record Queue(
      String name,
      String type,
      boolean durable,
      Map<String, Object> args,
      long messages,
      int consumers) {}

  /** The queues whose names are wanted, by name. */
  public List<Queue> queues(Predicate<String> wanted) {
    List<Queue> queues = new ArrayList<>();
    try (QueueLook look = QueueLook.open(broker)) {
      for (JsonNode queue : existing(api.get(ManagementApi.path("queues", virtualHost)))) {
        if (wanted.test(queue.path("name").asString(""))) {
          queues.add(queue(queue, look));
        }
      }
    }
    queues.sort((one, other) -> one.name().compareTo(other.name()));
    return queues;
  }

  /** A queue; empty when it is not there. */
  public Optional<Queue> queue(String name) {
    try (QueueLook look = QueueLook.open(broker)) {
      return api.get(queuePath(name)).map(json -> queue(json, look));
    }
  }

  private static Queue queue(JsonNode json, QueueLook look) {
    String name = json.path("name").asString("");
    // The API's own numbers are seconds old.
    QueueLook.Count count = look.count(name).orElse(new QueueLook.Count(0, 0));
    return new Queue(
        name,
        json.path("type").asString("classic"),
        json.path("durable").asBoolean(true),
        arguments(json),
        count.messages(),
        count.consumers());
  }

  private static Map<String, Object> arguments(JsonNode json) {
    return JsonMapper.shared().convertValue(json.path("arguments"), new TypeReference<>() {});
  }

  private String queuePath(String name) {
    return ManagementApi.path("queues", virtualHost, name);
  }

  private static JsonNode existing(Optional<JsonNode> found) {
    return found.orElseThrow(
        () -> new MessagingException("the broker's virtual host is not there"));
  }

  /** Declares a queue; nothing happens when it is there with the same properties. */
  public void putQueue(String name, boolean durable, Map<String, Object> args) {
    existing(api.call("PUT", queuePath(name), Map.of("durable", durable, "arguments", args)));
  }

  /** Answers whether it was there. */
  public boolean deleteQueue(String name) {
    return api.call("DELETE", queuePath(name), null).isPresent();
  }

  /** Takes all messages away that wait in a queue; answers whether it is there. */
  public boolean purge(String queue) {
    String path = ManagementApi.path("queues", virtualHost, queue, "contents");
    return api.call("DELETE", path, null).isPresent();
  }

  /** Declares an exchange; nothing happens when it is there with the same properties. */
  public void putExchange(String name, String type, boolean durable, Map<String, Object> args) {
    existing(
        api.call(
            "PUT",
            ManagementApi.path("exchanges", virtualHost, name),
            Map.of("type", type, "durable", durable, "arguments", args)));
  }

  /** Answers whether it was there. */
  public boolean deleteExchange(String name) {
    return api.call("DELETE", ManagementApi.path("exchanges", virtualHost, name), null).isPresent();
  }

  /**
   * A way from an exchange.
   *
   * @param toQueue whether it leads to a queue, and not to another exchange
   */
  public record Binding(
      String exchange,
      String destination,
      boolean toQueue,
      String routingKey,
      Map<String, Object> args) {

    private String path(String virtualHost) {
      String kind = toQueue ? "q" : "e";
      return ManagementApi.path("bindings", virtualHost, "e", exchange, kind, destination);
    }
  }

  /** Makes a binding; nothing happens when it is there. */
  public void bind(Binding binding) {
    Map<String, Object> body =
        Map.of("routing_key", binding.routingKey(), "arguments", binding.args());
    if (api.call("POST", binding.path(virtualHost), body).isEmpty()) {
      throw new MessagingException(
          "the exchange '%s' or the %s '%s' is not there"
              .formatted(
                  binding.exchange(),
                  binding.toQueue() ? "queue" : "exchange",
                  binding.destination()));
    }
  }

  /** Answers whether it was there. */
  public boolean unbind(Binding binding) {
    String path = binding.path(virtualHost);
    for (JsonNode each : api.get(path).orElse(JsonMapper.shared().createArrayNode())) {
      if (each.path("routing_key").asString("").equals(binding.routingKey())
          && arguments(each).equals(binding.args())) {
        String key = ManagementApi.path(each.path("properties_key").asString(""));
        return api.call("DELETE", path + "/" + key, null).isPresent();
      }
    }
    return false;
  }

  /** The first messages of a queue, which stay there; empty when there is no such queue. */
  public Optional<List<Message>> messages(String queue, int most) {
    Optional<JsonNode> found = api.get(queuePath(queue));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    String version = existing(api.get("overview")).path("rabbitmq_version").asString("4");
    try (QueueLook look = QueueLook.open(broker)) {
      return Optional.of(look.messages(queue, most, DeliveryLimit.of(found.get(), version)));
    }
  }
}
