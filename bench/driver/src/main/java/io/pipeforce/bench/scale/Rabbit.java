package io.pipeforce.bench.scale;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.pipeforce.bench.MeasurementException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The nodes of a RabbitMQ that belong together, and what the kernel and the management API say of
 * them.
 *
 * @param control for each node the command that controls it, to which its arguments are added
 */
record Rabbit(
    URI amqp, URI management, List<Node> nodes, List<List<String>> control, String version) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** What a node is called, and its process. */
  record Node(String name, long pid) {}

  /** The one that {@code dev/brokers up 4.0} has started in this clone. */
  static Rabbit node(Path home) {
    return of(home, "4.0", "", List.of("4.0"))
        .orElseThrow(() ->
            new MeasurementException("no RabbitMQ here; start one with dev/brokers up 4.0", null));
  }

  /** The three of {@code dev/brokers up cluster}, if they are there. */
  static Optional<Rabbit> cluster(Path home) {
    return of(home, "cluster", "-1", List.of("cluster 1", "cluster 2", "cluster 3"));
  }

  private static Optional<Rabbit> of(Path home, String which, String suffix, List<String> nodes) {
    Path file = home.resolve(".pi/brokers/rabbitmq-%s.properties".formatted(which));
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<List<String>> control = new ArrayList<>();
    for (String node : nodes) {
      List<String> command = new ArrayList<>(List.of(home + "/dev/brokers", "ctl"));
      command.addAll(List.of(node.split(" ", -1)));
      control.add(List.copyOf(command));
    }
    Rabbit found =
        new Rabbit(
            URI.create(properties.getProperty("amqp" + suffix)),
            URI.create(properties.getProperty("management" + suffix)),
            List.of(),
            control,
            "");
    List<Node> running = new ArrayList<>();
    for (JsonNode node : found.get("/api/nodes")) {
      running.add(
          new Node(node.path("name").asString(), Long.parseLong(node.path("os_pid").asString())));
    }
    return Optional.of(
        new Rabbit(
            found.amqp,
            found.management,
            List.copyOf(running),
            control,
            found.get("/api/overview").path("rabbitmq_version").asString()));
  }

  JsonNode get(String path) {
    String login =
        Base64.getEncoder().encodeToString(amqp.getUserInfo().getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(management.resolve(path))
            .header("Authorization", "Basic " + login)
            .timeout(Duration.ofMinutes(1))
            .build();
    try {
      return JsonMapper.shared()
          .readTree(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new MeasurementException(management + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MeasurementException("interrupted", e);
    }
  }

  ConnectionFactory factory() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(amqp.getHost());
    factory.setPort(amqp.getPort());
    factory.setAutomaticRecoveryEnabled(false);
    // As the SDK's.
    factory.setRequestedHeartbeat(20);
    return factory;
  }

  Connection connect() {
    return connect(factory());
  }

  /** One of many: they share the threads that call their consumers. */
  Connection connect(ExecutorService consumers) {
    ConnectionFactory factory = factory();
    factory.setSharedExecutor(consumers);
    return connect(factory);
  }

  private Connection connect(ConnectionFactory factory) {
    try {
      return factory.newConnection("bench-scale");
    } catch (IOException | TimeoutException e) {
      throw new MeasurementException("no broker at " + amqp + ": " + e, e);
    }
  }

  /** CPU time of all nodes so far, user and system. */
  Duration cpu() {
    Duration all = Duration.ZERO;
    for (Node node : nodes) {
      String stat = read(Path.of("/proc/" + node.pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      // The kernel reports in units of 10 ms on every Linux that runs Java.
      all = all.plusMillis(10 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12])));
    }
    return all;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What is in use in a node, in KiB, on average: without what is garbage or kept for later, or
   * what was there before would count.
   */
  double used() {
    for (List<String> command : control) {
      List<String> collect = new ArrayList<>(command);
      collect.add("force_gc");
      run(collect);
    }
    double sum = 0;
    for (Node node : nodes) {
      JsonNode memory = get("/api/nodes/" + node.name + "/memory").path("memory");
      // The buffer of each socket is a binary, may be 4 MiB, and is hardly ever touched.
      sum +=
          memory.path("total").path("erlang").asDouble()
              - memory.path("other_system").asDouble()
              - memory.path("binary").asDouble();
    }
    return sum / 1024 / nodes.size();
  }

  private static void run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (process.waitFor() != 0) {
        throw new MeasurementException(command + " failed", null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MeasurementException("interrupted", e);
    }
  }
}
