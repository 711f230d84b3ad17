package io.pipeforce.broker.management;

import io.pipeforce.broker.model.MemoryGauge;
import io.pipeforce.broker.session.AmqpServer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one node. Memory is what messages take, processes are threads; what is Erlang's own is left
 * out.
 */
final class NodesApi {
  /** RabbitMQ's default: with less left on the disk it blocks publishers. */
  private static final long DISK_FREE_LIMIT = 50_000_000;

  private final AmqpServer server;
  private final Rates rates;
  private final Listeners listeners;

  NodesApi(AmqpServer server, Rates rates, Listeners listeners) {
    this.server = server;
    this.rates = rates;
    this.listeners = listeners;
  }

  Response list(Request request) {
    return Listing.of(request, List.of(node()));
  }

  Response get(Request request) {
    return request.path("name").equals(Description.NODE)
        ? Listing.one(request, node())
        : Response.notFound();
  }

  private Map<String, @Nullable Object> node() {
    MemoryGauge memory = server.host().memory();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", Description.NODE);
    json.put("type", "disc");
    json.put("running", true);
    json.put("being_drained", false);
    json.put("partitions", List.of());
    json.put("cluster_links", List.of());
    json.put("os_pid", Long.toString(ProcessHandle.current().pid()));
    json.put("uptime", Duration.between(server.startedAt(), Instant.now()).toMillis());
    json.put("processors", Runtime.getRuntime().availableProcessors());
    json.put("run_queue", 0);
    json.put("rates_mode", "basic");
    rates.describe(Counters.Whole.RESOURCES, Counters.resources(server), json);
    json.put("mem_limit", memory.limit());
    json.put("mem_calculation_strategy", "allocated");
    json.put("fd_total", Counters.descriptors().getMaxFileDescriptorCount());
    json.put("sockets_total", 0);
    json.put("proc_total", 1_048_576);
    json.put("disk_free_limit", DISK_FREE_LIMIT);
    json.put("mem_alarm", memory.isHigh());
    json.put("disk_free_alarm", false);
    json.put("net_ticktime", 60);
    json.put("exchange_types", Description.exchangeTypes());
    json.put(
        "auth_mechanisms",
        List.of(
            mechanism("PLAIN", "SASL PLAIN authentication mechanism"),
            mechanism("AMQPLAIN", "QPid AMQPLAIN mechanism"),
            mechanism("ANONYMOUS", "SASL ANONYMOUS authentication mechanism")));
    json.put(
        "applications",
        List.of(
            Map.of(
                "name",
                "rabbit",
                "description",
                AmqpServer.PRODUCT,
                "version",
                AmqpServer.VERSION)));
    json.put("enabled_plugins", List.of("rabbitmq_management"));
    json.put("contexts", List.of(listeners.context()));
    json.put("log_files", List.of());
    json.put("config_files", List.of());
    rates.describe(Counters.Whole.CHURN, Counters.churn(server), json);
    return json;
  }

  private static Map<String, Object> mechanism(String name, String description) {
    return Map.of("name", name, "description", description, "enabled", true);
  }
}
