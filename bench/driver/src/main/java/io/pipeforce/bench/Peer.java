package io.pipeforce.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program under measurement.
 *
 * @param id its name on the command line
 * @param label its name in the tables
 * @param consumer what is measured, and what is shipped
 * @param queueSuffix what it appends to the name of the queue that it is told
 * @param handlers how many it has, each with a queue of its own, whose suffix ends in its number
 * @param environment what distinguishes it from others with the same jar
 * @param publisher the program that publishes; with some peers the same
 * @param aotFlags JVM flags that go with the peer's AOT cache
 * @param version the library that gives it its version, by the name of its jar
 * @param takesPartIn the measurements
 */
record Peer(
    String id,
    String label,
    Program consumer,
    String queueSuffix,
    int handlers,
    Map<String, String> environment,
    Program publisher,
    List<String> aotFlags,
    String version,
    Set<String> takesPartIn) {

  /**
   * A program.
   *
   * @param folder of what is shipped, below {@code bench/peers}
   * @param jar which of its files is started
   * @param main the main class, when it is not the one that the jar names
   */
  record Program(String folder, String jar, String main) {
    /** Its command in the folder {@code bench/peers}. */
    List<String> command(Path peers, List<String> flags) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(flags);
      Path home = peers.resolve(folder);
      if (main.isEmpty()) {
        command.addAll(List.of("-jar", home.resolve(jar).toString()));
      } else {
        command.addAll(List.of("-cp", home.resolve(jar) + ":" + home.resolve("lib") + "/*", main));
      }
      return command;
    }

    Path file(Path peers) {
      return peers.resolve(folder).resolve(jar);
    }
  }

  static final String OURS = "pipeforce";
  static final String PLAIN = "plain";

  /** JVM flags for a quick start, for all peers the same. */
  static final List<String> QUICK_START =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

  private static final Set<String> ALL =
      Set.of("consume", "latency", "start", "memory", "publish", "size");
  private static final Set<String> CONSUME = Set.of("consume");
  private static final Map<String, String> ACKS_OF_50 = Map.of("BENCH_ACK_EVERY", "50");

  static List<Peer> all() {
    return List.of(
        peer(OURS, "PIPEFORCE SDK")
            .in("pipeforce/target/bench", "order-service.jar")
            .queueSuffix(".OrderService.order")
            .publisher("pipeforce/target/bench", "order-service.jar", "service.OrderPublisher")
            .version("pipeforce-sdk")
            .takesPartIn(ALL),
        peer("pipeforce-100", "PIPEFORCE SDK, 100 handlers, until each has handled a message")
            .in("pipeforce-100/target/bench", "hundred-handlers.jar")
            .queueSuffix(".HundredHandlers.order")
            .handlers(100)
            .version("pipeforce-sdk")
            .takesPartIn(Set.of("start")),
        peer(PLAIN, "amqp-client, one ack a message")
            .in("plain/target/bench", "plain.jar")
            .version("amqp-client")
            .takesPartIn(ALL),
        peer("plain-50", "amqp-client, acks of 50")
            .in("plain/target/bench", "plain.jar")
            .environment(ACKS_OF_50)
            .version("amqp-client")
            .takesPartIn(CONSUME),
        spring("simple", "spring-simple", "Spring Boot, simple container").takesPartIn(ALL),
        spring("simple", "spring-simple-50", "Spring Boot, simple container, acks of 50")
            .environment(ACKS_OF_50)
            .takesPartIn(CONSUME),
        spring("direct", "spring-direct", "Spring Boot, direct container")
            .takesPartIn(Set.of("consume", "latency", "start", "memory", "size")),
        spring("direct", "spring-direct-50", "Spring Boot, direct container, acks of 50")
            .environment(ACKS_OF_50)
            .takesPartIn(CONSUME),
        peer("quarkus", "Quarkus, SmallRye Reactive Messaging")
            .in("quarkus/target/prod/quarkus-app", "quarkus-run.jar")
            .publisher("quarkus/target/publisher/quarkus-app", "quarkus-run.jar", "")
            .version("quarkus-core")
            .takesPartIn(ALL),
        peer("micronaut", "Micronaut RabbitMQ")
            .in("micronaut/target", "micronaut.jar")
            .version("micronaut-core")
            .takesPartIn(ALL));
  }

  /** The versions of what it is made of, as its jars tell them: {@code spring-boot 4.1.2, …}. */
  String versions(Path peers) {
    Pattern jar = Pattern.compile("(?:.*\\.)?(" + version + "|amqp-client)-(\\d.*)\\.jar");
    try (Stream<Path> files = Files.walk(peers.resolve(consumer.folder()).resolve("lib"))) {
      return files
          .map(file -> jar.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1) + " " + matcher.group(2))
          .sorted(Comparator.comparing((String text) -> text.startsWith("amqp-client")))
          .collect(Collectors.joining(", "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Builder spring(String container, String id, String label) {
    return peer(id, label)
        .in("spring/target/" + container + "/spring", "spring.jar")
        // What Spring's own ahead-of-time processing generated is used only when asked for.
        .aotFlags(List.of("-Dspring.aot.enabled=true"))
        .version("spring-boot");
  }

  private static Builder peer(String id, String label) {
    return new Builder(id, label);
  }

  private static final class Builder {
    private final String id;
    private final String label;
    private Program consumer = new Program("", "", "");
    private String queueSuffix = "";
    private int handlers = 1;
    private Map<String, String> environment = Map.of();
    private Program publisher = consumer;
    private List<String> aotFlags = List.of();
    private String version = "";

    Builder(String id, String label) {
      this.id = id;
      this.label = label;
    }

    Builder in(String folder, String jar) {
      consumer = new Program(folder, jar, "");
      publisher = consumer;
      return this;
    }

    Builder queueSuffix(String value) {
      queueSuffix = value;
      return this;
    }

    Builder handlers(int value) {
      handlers = value;
      return this;
    }

    Builder environment(Map<String, String> value) {
      environment = value;
      return this;
    }

    Builder publisher(String folder, String jar, String main) {
      publisher = new Program(folder, jar, main);
      return this;
    }

    Builder aotFlags(List<String> value) {
      aotFlags = value;
      return this;
    }

    Builder version(String value) {
      version = value;
      return this;
    }

    Peer takesPartIn(Set<String> measurements) {
      return new Peer(
          id,
          label,
          consumer,
          queueSuffix,
          handlers,
          environment,
          publisher,
          aotFlags,
          version,
          measurements);
    }
  }
}
