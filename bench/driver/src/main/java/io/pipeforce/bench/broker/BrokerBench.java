package io.pipeforce.bench.broker;

import io.pipeforce.bench.Noise;
import io.pipeforce.bench.Results;
import io.pipeforce.bench.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The command {@code bench/broker}. */
public final class BrokerBench {
  private static final Duration IDLE = Duration.ofSeconds(5);

  private final Path home;
  private final BrokerOptions options;
  private final Optional<Subject.Node> rabbitMq;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private final Results results = new Results(facts, samples);

  private BrokerBench(Path home, BrokerOptions options) {
    this.home = home;
    this.options = options;
    this.rabbitMq =
        options.rabbitMq().map(node -> Subject.rabbitMq(node.amqp(), node.management()));
  }

  /** Arguments: see {@code bench/broker --help}. */
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(System.getProperty("bench.home", ".")).toAbsolutePath().normalize();
    BrokerOptions options;
    try {
      options = BrokerOptions.parse(List.of(arguments), home);
    } catch (IllegalArgumentException e) {
      System.err.println("bench/broker: " + e.getMessage());
      System.exit(2);
      return;
    }
    Path published = home.resolve("docs/broker-benchmarks.tsv");
    if (options.render()) {
      write(home, Results.read(published));
      return;
    }
    Path file = options.everything() ? published : home.resolve("bench/target/broker-results.tsv");
    Results results = new BrokerBench(home, options).run(file);
    if (options.everything()) {
      write(home, results);
    } else {
      System.out.println(new Page(results).tables());
    }
  }

  private static void write(Path home, Results results) throws IOException {
    Files.writeString(home.resolve("docs/broker-benchmarks.md"), new Page(results).document());
    System.err.println("written: docs/broker-benchmarks.md");
  }

  /** Runs what the options name; answers the figures, which are kept in the file as well. */
  static Results run(Path home, BrokerOptions options, Path file) throws Exception {
    return new BrokerBench(home, options).run(file);
  }

  private Results run(Path file) throws Exception {
    Files.createDirectories(file.getParent());
    facts.put("command", options.commandLine());
    facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("broker", rabbitMq.map(Subject.Node::version).orElse("–"));
    facts.put("flags", String.join(" ", DevBroker.flags(home)));
    for (String fact : Noise.machine()) {
      String[] pair = fact.split("\t", 2);
      facts.put(pair[0], pair[1]);
    }
    for (Kind kind : Kind.values()) {
      flow(kind, file);
    }
    for (Scenario backlog : options.backlogs()) {
      facts.put(Page.HOW + backlog.name(), backlog.how());
      round(
          backlog.name(),
          1,
          () -> {
            try (DevBroker dev = DevBroker.start(home)) {
              one(backlog, dev.subject(), 1);
            }
          });
      results.write(file);
    }
    if (options.start()) {
      start();
    }
    facts.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    results.write(file);
    return results;
  }

  /** All scenarios of a kind on one process of the dev broker, as RabbitMQ is one as well. */
  private void flow(Kind kind, Path file) throws Exception {
    List<Scenario> scenarios =
        options.scenarios().stream().filter(all -> all.kind() == kind).toList();
    if (scenarios.isEmpty()) {
      return;
    }
    Path data =
        Files.createTempDirectory(Files.createDirectories(home.resolve("bench/target")), "data");
    String[] arguments = kind == Kind.DURABLE ? new String[] {data.toString()} : new String[0];
    try (DevBroker dev = DevBroker.start(home, arguments)) {
      for (Scenario scenario : scenarios) {
        facts.put(Page.HOW + scenario.name(), scenario.how());
        List<Subject> subjects = new ArrayList<>(List.of(dev.subject()));
        rabbitMq.ifPresent(node -> subjects.add(node.subject()));
        if (options.runs() > 1) {
          // Compiles what is compiled while it runs: the client's code too.
          for (Subject subject : subjects) {
            scenario.run(subject);
          }
        }
        for (int number = 1; number <= options.runs(); number++) {
          int round = number;
          List<Subject> order = round % 2 == 1 ? subjects : subjects.reversed();
          round(
              scenario.name(),
              round,
              () -> {
                for (Subject subject : order) {
                  one(scenario, subject, round);
                }
              });
        }
        results.write(file);
      }
    } finally {
      delete(data);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  private void one(Scenario scenario, Subject subject, int round) {
    StringBuilder line =
        new StringBuilder("%s %d %s".formatted(scenario.name(), round, subject.id()));
    try {
      for (Scenario.Figure figure : scenario.run(subject)) {
        add(scenario.name(), subject.id(), round, figure.metric(), figure.value());
        line.append("  %s %,.2f".formatted(figure.metric(), figure.value()));
      }
    } catch (Exception e) {
      line.append("  no figure: ").append(e);
      facts.put(
          "%s%s, round %d, %s".formatted(Page.FAILURE, scenario.name(), round, subject.id()),
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
    System.err.println(line);
  }

  private void add(String measurement, String peer, int round, String metric, double value) {
    samples.add(new Sample(measurement, peer, round, metric, value));
  }

  private void round(String name, int round, Load.Work work) throws Exception {
    double load = Noise.load();
    double before = Noise.calibration();
    Noise.Cpu cpu = Noise.Cpu.now();
    work.run();
    add(name, Noise.MACHINE, round, "steal %", Noise.Cpu.now().stolenSince(cpu));
    add(name, Noise.MACHINE, round, "load", load);
    add(name, Noise.MACHINE, round, "calibration ms", Math.max(before, Noise.calibration()));
  }

  private void start() throws Exception {
    if (options.pi()) {
      DevBroker.rehearse(home);
    }
    for (int number = 1; number <= options.runs(); number++) {
      int round = number;
      round("start as a JVM", round, () -> rest("start as a JVM", round, DevBroker.start(home)));
      if (options.pi()) {
        round(
            "start by pi broker",
            round,
            () -> rest("start by pi broker", round, DevBroker.startByPi(home)));
      }
    }
    facts.put(
        Page.HOW + "start as a JVM",
        "The broker and its management alone, without an AOT cache; *main* is its first statement. Idle memory is VmRSS "
            + IDLE.toSeconds()
            + " s later, before any client.");
    facts.put(
        Page.HOW + "start by pi broker", "The command with all that it does, with its AOT cache.");
  }

  private void rest(String name, int round, DevBroker started) {
    try (DevBroker dev = started) {
      add(name, Subject.DEV, round, "ready ms", dev.untilReady().toNanos() / 1e6);
      if (!dev.insideMain().isZero()) {
        add(name, Subject.DEV, round, "main ms", dev.insideMain().toNanos() / 1e6);
      }
      LockSupport.parkNanos(options.quick() ? 1 : IDLE.toNanos());
      add(name, Subject.DEV, round, "idle MiB", dev.subject().memory());
      System.err.printf(
          "%s %d  ready %d ms, idle %.0f MiB%n",
          name, round, dev.untilReady().toMillis(), dev.subject().memory());
    }
  }
}
