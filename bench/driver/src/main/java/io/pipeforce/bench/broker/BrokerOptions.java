package io.pipeforce.bench.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The command line.
 *
 * @param names what the names of the scenarios must contain; all when there are none
 * @param quick few of everything, once: shows that it works, measures nothing
 */
record BrokerOptions(
    List<String> names,
    int runs,
    boolean quick,
    boolean render,
    Optional<Node> rabbitMq,
    String commandLine) {

  /** Where a RabbitMQ is. */
  record Node(URI amqp, URI management) {}

  static BrokerOptions parse(List<String> arguments, Path home) {
    List<String> names = new ArrayList<>();
    boolean quick = arguments.contains("--quick");
    boolean render = false;
    boolean alone = false;
    int runs = quick ? 1 : 3;
    for (int i = 0; i < arguments.size(); i++) {
      switch (arguments.get(i)) {
        case "--quick" -> {}
        case "--alone" -> alone = true;
        case "render" -> render = true;
        case "--runs" -> {
          i++;
          if (i == arguments.size()) {
            throw new IllegalArgumentException("--runs needs a number");
          }
          runs = Integer.parseInt(arguments.get(i));
        }
        case String other when other.startsWith("-") ->
            throw new IllegalArgumentException(
                "unknown argument " + other + "; see bench/broker --help");
        case String name -> names.add(name);
      }
    }
    return new BrokerOptions(
        names,
        runs,
        quick,
        render,
        alone || render ? Optional.empty() : Optional.of(node(home)),
        ("bench/broker " + String.join(" ", arguments)).strip());
  }

  private static Node node(Path home) {
    Path file = home.resolve(".pi/brokers/rabbitmq-4.0.properties");
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IllegalArgumentException(
          "no RabbitMQ 4.0 to compare with: start one with dev/brokers up 4.0, or say --alone", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Node(
        URI.create(properties.getProperty("amqp")),
        URI.create(properties.getProperty("management")));
  }

  boolean everything() {
    return names.isEmpty() && !quick && rabbitMq.isPresent();
  }

  private boolean includes(String name) {
    return names.isEmpty() || names.stream().anyMatch(name::contains);
  }

  List<Scenario> scenarios() {
    int part = quick ? 100 : 1;
    return Stream.<Scenario>of(
            new Flow(Flow.Part.PUBLISH, Kind.TRANSIENT, 1, 100, 200_000 / part),
            new Flow(Flow.Part.PUBLISH, Kind.TRANSIENT, 1, 1024, 200_000 / part),
            new Flow(Flow.Part.CONSUME, Kind.TRANSIENT, 1, 1024, 100_000 / part),
            new Flow(Flow.Part.THROUGH, Kind.TRANSIENT, 1, 100, 100_000 / part),
            new Flow(Flow.Part.THROUGH, Kind.TRANSIENT, 1, 1024, 100_000 / part),
            new Flow(Flow.Part.THROUGH, Kind.TRANSIENT, 10, 1024, 100_000 / part),
            new Flow(Flow.Part.THROUGH, Kind.TRANSIENT, 1, 64 * 1024, 8_000 / part),
            new Flow(Flow.Part.FAN_OUT, Kind.TRANSIENT, 20, 1024, 15_000 / part),
            new Pace(Kind.TRANSIENT, 1000, Duration.ofSeconds(quick ? 1 : 8)),
            new Many(Many.What.QUEUES, 1000 / part),
            new Many(Many.What.CHANNELS, 1000 / part),
            new Many(Many.What.CONNECTIONS, 1000 / part),
            new Flow(Flow.Part.PUBLISH, Kind.DURABLE, 1, 1024, 50_000 / part),
            new Flow(Flow.Part.CONSUME, Kind.DURABLE, 1, 1024, 50_000 / part),
            new Flow(Flow.Part.THROUGH, Kind.DURABLE, 1, 1024, 50_000 / part),
            new Flow(Flow.Part.THROUGH, Kind.DURABLE, 10, 1024, 50_000 / part),
            new Flow(Flow.Part.THROUGH, Kind.DURABLE, 1, 64 * 1024, 4_000 / part),
            new Pace(Kind.DURABLE, 500, Duration.ofSeconds(quick ? 1 : 8)))
        .filter(scenario -> includes(scenario.name()))
        .toList();
  }

  List<Scenario> backlogs() {
    return IntStream.of(10_000, 30_000, 100_000, 300_000, 1_000_000)
        .limit(quick ? 1 : Integer.MAX_VALUE)
        .<Scenario>mapToObj(Backlog::new)
        .filter(backlog -> includes(backlog.name()))
        .toList();
  }

  boolean start() {
    return includes("start");
  }

  /** A smoke run does not build a whole product first. */
  boolean pi() {
    return !quick;
  }
}
