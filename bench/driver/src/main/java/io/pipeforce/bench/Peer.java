package io.pipeforce.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program under measurement.
 *
 * @param id its name on the command line
 * @param label its name in the tables
 * @param folder of what is shipped, below {@code bench/peers}
 * @param jar which of its files is started
 * @param queueSuffix what it appends to the name of the queue that it is told
 * @param environment what distinguishes it from others with the same jar
 * @param publisher the main class that publishes, when it is not the same program
 * @param startFlags JVM flags for a quick start
 * @param takesPartIn the measurements
 */
record Peer(
    String id,
    String label,
    String folder,
    String jar,
    String queueSuffix,
    Map<String, String> environment,
    String publisher,
    List<String> startFlags,
    Set<String> takesPartIn) {

  static final String OURS = "pipeforce";
  static final String PLAIN = "plain";

  private static final Set<String> ALL =
      Set.of("consume", "latency", "start", "memory", "publish", "size");
  private static final List<String> QUICK =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

  static List<Peer> all() {
    return List.of(
        new Peer(
            OURS,
            "PIPEFORCE SDK",
            "pipeforce/target/bench",
            "order-service.jar",
            ".OrderService.order",
            Map.of(),
            "service.OrderPublisher",
            QUICK,
            ALL),
        new Peer(
            PLAIN,
            "amqp-client, one ack a message",
            "plain/target/bench",
            "plain.jar",
            "",
            Map.of("BENCH_ACK_EVERY", "1"),
            "",
            QUICK,
            ALL),
        new Peer(
            "plain-50",
            "amqp-client, acks of 50",
            "plain/target/bench",
            "plain.jar",
            "",
            Map.of("BENCH_ACK_EVERY", "50"),
            "",
            QUICK,
            Set.of("consume")));
  }

  /** The command of a process that consumes. */
  List<String> consumer(Path peers, List<String> flags) {
    List<String> command = java(flags);
    command.addAll(List.of("-jar", peers.resolve(folder).resolve(jar).toString()));
    return command;
  }

  /** The command of a process that publishes. */
  List<String> publisher(Path peers, List<String> flags) {
    if (publisher.isEmpty()) {
      return consumer(peers, flags);
    }
    List<String> command = java(flags);
    Path home = peers.resolve(folder);
    command.addAll(List.of("-cp", home.resolve(jar) + ":" + home.resolve("lib") + "/*", publisher));
    return command;
  }

  static List<String> java(List<String> flags) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    return command;
  }
}
