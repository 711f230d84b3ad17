package io.pipeforce.bench.scale;

import io.pipeforce.bench.Results;
import io.pipeforce.bench.scale.AtRest.Thing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The command {@code bench/scale}. */
public final class ScaleBench {
  static final String WITH_THREE = ", 3 members";
  static final String KEDA = "KEDA's question, a service among 2,000 queues";
  private static final int ROUNDS = 2;
  static final int MANY = 2000;
  private static final int MESSAGES = 30_000;
  private static final List<String> ALL =
      List.of("rest", "bindings", "throughput", "keda", "hub", "cluster");

  private final Path home;
  private final Rabbit node;
  private final Figures figures;

  private ScaleBench(Path home) {
    this.home = home;
    this.node = Rabbit.node(home);
    this.figures = new Figures("RabbitMQ " + node.version());
  }

  /** Arguments: see {@code bench/scale --help}. */
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(System.getProperty("bench.home", ".")).toAbsolutePath().normalize();
    Path published = home.resolve("docs/scale.tsv");
    List<String> names = List.of(arguments);
    if (names.equals(List.of("plan"))) {
      PlanPage page =
          new PlanPage(Results.read(published), Results.read(home.resolve("docs/benchmarks.tsv")));
      System.out.println(String.join("\n", page.measured(), page.plan(), page.first()));
      return;
    }
    for (String name : names) {
      if (!ALL.contains(name)) {
        System.err.println("bench/scale: there is no " + name + "; choose among " + ALL);
        System.exit(2);
      }
    }
    ScaleBench bench = new ScaleBench(home);
    for (String name : names.isEmpty() ? ALL : names) {
      bench.measure(name);
      if (names.isEmpty()) {
        bench.figures.results().write(published);
      }
    }
    if (names.isEmpty()) {
      System.err.println("written: docs/scale.tsv");
    }
  }

  private void measure(String name) throws Exception {
    switch (name) {
      case "rest" -> rest();
      case "bindings" -> bindings();
      case "throughput" -> throughput();
      case "keda" -> keda();
      case "hub" -> new HubWork(figures).measure(home, node);
      case "cluster" -> cluster();
      default -> throw new IllegalArgumentException(name);
    }
  }

  private void rest() throws Exception {
    AtRest rest = new AtRest(node, figures);
    for (int round = 1; round <= ROUNDS; round++) {
      rest.measure(Thing.CONNECTION, "", MANY / 2, round);
      rest.measure(Thing.CONSUMER, "", MANY / 2, round);
      rest.measure(Thing.CLASSIC_QUEUE, "", MANY, round);
      rest.measure(Thing.QUORUM_QUEUE, "", MANY, round);
    }
  }

  private void bindings() throws Exception {
    Moving moving = new Moving(node, figures);
    for (int round = 1; round <= ROUNDS; round++) {
      for (int bindings : List.of(10, 1_000, 10_000)) {
        moving.routed("%,d bindings".formatted(bindings), bindings, MESSAGES, round);
      }
    }
  }

  private void throughput() throws Exception {
    Moving moving = new Moving(node, figures);
    for (int round = 1; round <= ROUNDS; round++) {
      moving.through("1 quorum queue", "quorum", 1, 1, MESSAGES, round);
      moving.through("8 quorum queues", "quorum", 8, 1, MESSAGES, round);
      moving.through("1 classic queue", "classic", 1, 1, MESSAGES, round);
      moving.through("1 stream", "stream", 1, 1, MESSAGES, round);
      moving.through("1 stream, 10 readers", "stream", 1, 10, MESSAGES, round);
    }
  }

  /** How KEDA asks for the queues of a service, once every 30 s for each. */
  private void keda() throws Exception {
    try (var connection = node.connect();
        var channel = connection.createChannel()) {
      List<String> queues = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        queues.add(
            channel
                .queueDeclare("pipeforce.service.s" + i + ".H.on", true, false, false, null)
                .getQueue());
      }
      LockSupport.parkNanos(Duration.ofSeconds(6).toNanos());
      figures.begin(KEDA, 1);
      String path =
          "/api/queues/%2F?page=1&use_regex=true&pagination=false&page_size=100&name="
              + "%5Epipeforce%5C.service%5C.s77%5C.";
      int questions = 20;
      node.get(path);
      Duration cpu = node.cpu();
      long begin = System.nanoTime();
      for (int i = 0; i < questions; i++) {
        node.get(path);
      }
      figures.add(KEDA, "rabbitmq", 1, "ms", (System.nanoTime() - begin) / 1e6 / questions);
      figures.add(KEDA, "rabbitmq", 1, "CPU ms", node.cpu().minus(cpu).toNanos() / 1e6 / questions);
      for (String queue : queues) {
        channel.queueDelete(queue);
      }
    }
  }

  private void cluster() throws Exception {
    Optional<Rabbit> found = Rabbit.cluster(home);
    if (found.isEmpty()) {
      System.err.println("not measured: three nodes; start them with dev/brokers up cluster");
      return;
    }
    Rabbit cluster = found.get();
    Moving moving = new Moving(cluster, figures);
    for (int round = 1; round <= ROUNDS; round++) {
      new AtRest(cluster, figures).measure(Thing.QUORUM_QUEUE, WITH_THREE, MANY / 4, round);
      moving.through("1 quorum queue" + WITH_THREE, "quorum", 1, 1, MESSAGES, round);
      moving.through("8 quorum queues" + WITH_THREE, "quorum", 8, 1, MESSAGES, round);
      moving.through("1 stream" + WITH_THREE, "stream", 1, 1, MESSAGES, round);
    }
  }
}
