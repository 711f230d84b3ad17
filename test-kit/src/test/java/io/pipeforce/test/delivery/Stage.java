package io.pipeforce.test.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import io.pipeforce.BaseService;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.ServiceRuntime.Deliveries;
import io.pipeforce.ServiceSettings;
import io.pipeforce.Watching;
import io.pipeforce.test.internal.TestBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/**
 * Names, services and queues of one test. At its end every ledger must be balanced, and what the
 * test made at the broker is deleted.
 */
final class Stage implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  final String name = "suite." + UUID.randomUUID();
  final Channel channel;
  private final Connection connection;
  private final ServiceSettings settings;
  private final List<ServiceRuntime> runtimes = new ArrayList<>();
  private final Set<String> queues = new LinkedHashSet<>();

  Stage(TestBroker broker) throws IOException {
    this.connection = Brokers.connection(broker);
    this.channel = connection.createChannel();
    channel.confirmSelect();
    this.settings =
        ServiceSettings.from(
            Map.of(
                "PIPEFORCE_SERVICE",
                name,
                "PIPEFORCE_NAMESPACE",
                "suite",
                "PIPEFORCE_MESSAGE_BROKER",
                broker.uri().toString(),
                "PIPEFORCE_MESSAGING_DEFAULT_TOPIC",
                name + ".topic",
                "PIPEFORCE_MESSAGING_DEFAULT_DLQ",
                name + ".dead",
                "PIPEFORCE_HEALTH_PORT",
                "0"));
    queues.add(settings.deadLetterQueue());
  }

  ServiceSettings settings() {
    return settings;
  }

  String exchange() {
    return settings.exchange();
  }

  String queue(String handler) {
    return settings.queuePrefix() + "." + handler;
  }

  // --- services ------------------------------------------------------------------------------

  /** Runs services on this stage and waits until they consume. */
  ServiceRuntime start(BaseService... services) throws InterruptedException {
    return started(begin(settings, services));
  }

  /** Runs services with other settings, without waiting for anything. */
  ServiceRuntime begin(ServiceSettings other, BaseService... services) {
    return keep(ServiceRuntime.start(other, List.of(services)));
  }

  /** The same with another watch. */
  ServiceRuntime begin(Duration watchInterval, ServiceSettings other, BaseService... services) {
    return keep(Watching.start(watchInterval, other, List.of(services)));
  }

  private ServiceRuntime keep(ServiceRuntime runtime) {
    runtimes.add(runtime);
    runtime.ledger().keySet().forEach(handler -> queues.add(queue(handler)));
    return runtime;
  }

  static ServiceRuntime started(ServiceRuntime runtime) throws InterruptedException {
    assertThat(runtime.awaitReady(PATIENCE)).as("ready").isTrue();
    return runtime;
  }

  /** Asserts that something is so, and stays so for a while. */
  static void staysSo(String what, Callable<Boolean> condition) {
    await(what).during(Duration.ofMillis(1200)).atMost(PATIENCE).until(condition);
  }

  static Deliveries awaitLedger(
      ServiceRuntime runtime, String handler, Predicate<Deliveries> condition) {
    await(handler)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> runtime.ledger().get(handler), condition);
    return runtime.ledger().get(handler);
  }

  /** One metric of a service, as Prometheus would read it. */
  static double metric(ServiceRuntime runtime, String metric) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create(runtime.healthUri() + "/metrics");
      String text =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      return text.lines()
          .filter(line -> line.startsWith(metric + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
          .findFirst()
          .orElseThrow(() -> new AssertionError(metric + " is not in " + text));
    }
  }

  /** The status that a probe gets. */
  static int probe(ServiceRuntime runtime, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create(runtime.healthUri() + path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  // --- messages ------------------------------------------------------------------------------

  /** Publishes to the topic exchange from outside and waits for the confirm. */
  void publish(String key, String body) throws Exception {
    publish(key, new BasicProperties(), body.getBytes(StandardCharsets.UTF_8));
  }

  void publish(String key, BasicProperties properties, byte[] body) throws Exception {
    channel.basicPublish(exchange(), key, properties, body);
    channel.waitForConfirmsOrDie(PATIENCE.toMillis());
  }

  /** A queue that the test reads itself, bound to the topic exchange with this pattern. */
  String listen(String pattern) throws IOException {
    String queue = name + ".listener." + queues.size();
    channel.queueDeclare(queue, true, false, false, Map.of());
    channel.queueBind(queue, exchange(), pattern);
    queues.add(queue);
    return queue;
  }

  /** Takes the next message from a queue, waiting for it. */
  GetResponse take(String queue) {
    return await(queue)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> channel.basicGet(queue, true), response -> response != null);
  }

  GetResponse takeDeadLetter() {
    return take(settings.deadLetterQueue());
  }

  /** How many messages wait in a queue, after the broker has settled what its consumers left. */
  void awaitReady(String queue, int messages) {
    await(queue)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> channel.messageCount(queue), count -> count == messages);
  }

  static String text(GetResponse response) {
    return new String(response.getBody(), StandardCharsets.UTF_8);
  }

  /** A header as a Java value; null when it is absent. */
  static Object header(GetResponse response, String header) {
    Map<String, Object> headers = response.getProps().getHeaders();
    Object value = headers == null ? null : headers.get(header);
    return value instanceof LongString text ? text.toString() : value;
  }

  /** Deletes a queue at the end of the test. */
  void alsoDelete(String queue) {
    queues.add(queue);
  }

  @Override
  public void close() throws Exception {
    try {
      for (ServiceRuntime runtime : runtimes) {
        // A handler that is stuck would be waited for as long as its maxDuration.
        assertThat(Thread.ofVirtual().start(runtime::close).join(PATIENCE)).as("closed").isTrue();
      }
      for (ServiceRuntime runtime : runtimes) {
        runtime
            .ledger()
            .forEach((handler, deliveries) -> {
              assertThat(deliveries.inFlight()).as(handler + ": " + deliveries).isZero();
              assertThat(deliveries.received())
                  .as(handler + ": " + deliveries)
                  .isEqualTo(
                      deliveries.acked()
                          + deliveries.unmatched()
                          + deliveries.retried()
                          + deliveries.dead()
                          + deliveries.returned());
            });
      }
    } finally {
      try (Channel cleaning = connection.createChannel()) {
        for (String queue : queues) {
          cleaning.queueDelete(queue);
        }
        cleaning.exchangeDelete(exchange());
      }
      channel.abort();
    }
  }
}
