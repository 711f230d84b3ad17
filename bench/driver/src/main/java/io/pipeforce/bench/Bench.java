package io.pipeforce.bench;

import java.io.IOException;
import java.net.URI;
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
import java.util.Properties;
import java.util.stream.Stream;

/** The command {@code bench/run}. */
public final class Bench {
  private Bench() {}

  /**
   * Arguments: see {@code bench/run --help}. The system property {@code bench.home} is the
   * repository.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path home = Path.of(System.getProperty("bench.home", ".")).toAbsolutePath().normalize();
    Options options;
    try {
      options = Options.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("bench/run: " + e.getMessage());
      System.exit(2);
      return;
    }
    Path file = file(options, home);
    Results results;
    if (options.measurements().contains("render")) {
      results = Results.read(file);
    } else {
      results = measure(options, home, file);
    }
    Report report = new Report(results, labels());
    if (options.measurements().contains("render") || options.everything()) {
      Files.writeString(home.resolve("docs/benchmarks.md"), report.document());
      System.err.println("written: docs/benchmarks.md, from " + home.relativize(file));
    } else {
      System.out.println(report.tables());
    }
  }

  private static Path file(Options options, Path home) {
    boolean published = options.everything() || options.measurements().contains("render");
    return options
        .results()
        .orElse(home.resolve(published ? "docs/benchmarks.tsv" : "bench/target/results.tsv"))
        .toAbsolutePath();
  }

  static Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    Peer.all().forEach(peer -> labels.put(peer.id(), peer.label()));
    return labels;
  }

  private static Results measure(Options options, Path home, Path file)
      throws IOException, InterruptedException {
    Properties node = node(home);
    URI uri =
        options
            .broker()
            .orElseGet(
                () -> URI.create(node.getProperty("amqp", "amqp://guest:guest@127.0.0.1:5672")));
    URI management =
        options
            .management()
            .orElseGet(() -> URI.create(node.getProperty("management", "http://127.0.0.1:15672")));
    Path scratch = Files.createDirectories(home.resolve("bench/target/scratch"));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Map<String, String> facts = new LinkedHashMap<>();
    List<Sample> samples = new ArrayList<>();
    Results results = new Results(facts, samples);
    try (Broker broker = Broker.connect(uri, management)) {
      facts.put("command", options.commandLine());
      facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
      facts.put("broker", broker.version());
      for (String fact : Noise.machine()) {
        String[] pair = fact.split("\t", 2);
        facts.put(pair[0], pair[1]);
      }
      for (Peer peer : options.peers()) {
        facts.put(Report.VERSION + peer.id(), peer.versions(home.resolve("bench/peers")));
      }
      Setting setting = new Setting(broker, home.resolve("bench/peers"), scratch);
      for (Plan plan : plans(options, setting)) {
        run(plan, options, results);
        results.write(file);
      }
    }
    facts.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    results.write(file);
    return results;
  }

  /** A measurement, and how often. */
  private record Plan(Measurement measurement, int rounds) {}

  private static List<Plan> plans(Options options, Setting setting) {
    AotCaches caches = new AotCaches(setting);
    boolean quick = options.quick();
    // So much that a complete run takes about half an hour on two cores.
    long many = quick ? 6_000 : 80_000;
    List<Plan> plans = new ArrayList<>();
    for (String name : options.measurements()) {
      switch (name) {
        case "consume" -> {
          plans.add(plan(options, 3, new Consume(setting, "classic", many, many * 3 / 10)));
          plans.add(plan(options, 3, new Consume(setting, "quorum", many, many * 3 / 10)));
        }
        case "latency" ->
            plans.add(
                plan(
                    options,
                    1,
                    new Latency(
                        setting, Duration.ofSeconds(quick ? 2 : 20), quick ? 500 : 20_000)));
        case "start" -> {
          plans.add(plan(options, 3, new Start(setting, caches, true)));
          plans.add(plan(options, 2, new Start(setting, caches, false)));
        }
        case "memory" ->
            plans.add(plan(options, 1, new Memory(setting, caches, quick ? 2_000 : 50_000)));
        case "publish" -> plans.add(plan(options, 3, new Publish(setting, many, many * 3 / 10)));
        case "size" -> plans.add(new Plan(new Size(setting, caches), 1));
        default -> throw new IllegalArgumentException(name);
      }
    }
    return plans;
  }

  private static Plan plan(Options options, int rounds, Measurement measurement) {
    return new Plan(measurement, options.runs().orElse(options.quick() ? 1 : rounds));
  }

  private static void run(Plan plan, Options options, Results results) throws InterruptedException {
    Measurement measurement = plan.measurement();
    results.facts().put(Report.HOW + measurement.name(), measurement.how());
    List<Peer> peers = options.peers().stream().filter(measurement::includes).toList();
    for (Peer peer : peers) {
      measurement.prepare(peer);
    }
    for (int round = 1; round <= plan.rounds(); round++) {
      String name = measurement.name();
      double load = Noise.load();
      double before = Noise.calibration();
      Noise.Cpu cpu = Noise.Cpu.now();
      for (Peer peer : peers) {
        StringBuilder line =
            new StringBuilder(name + " " + round + "/" + plan.rounds() + " " + peer.id());
        try {
          for (Measurement.Figure figure : measurement.run(peer)) {
            results
                .samples()
                .add(new Sample(name, figure.row(), round, figure.metric(), figure.value()));
            line.append(String.format("  %s %,.2f", figure.metric(), figure.value()));
          }
        } catch (MeasurementException e) {
          line.append("  no figure: ").append(e.getMessage());
          results
              .facts()
              .put(
                  Report.FAILURE + name + ", round " + round + ", " + peer.id(),
                  String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        System.err.println(line);
      }
      double stolen = Noise.Cpu.now().stolenSince(cpu);
      double after = Noise.calibration();
      results.samples().add(new Sample(name, Noise.MACHINE, round, "load", load));
      results
          .samples()
          .add(new Sample(name, Noise.MACHINE, round, "calibration ms", Math.max(before, after)));
      results.samples().add(new Sample(name, Noise.MACHINE, round, "steal %", stolen));
    }
  }

  /** The newest node that {@code dev/brokers} has up in this clone. */
  private static Properties node(Path home) throws IOException {
    Properties properties = new Properties();
    Path folder = home.resolve(".pi/brokers");
    if (Files.isDirectory(folder)) {
      Optional<Path> newest;
      try (Stream<Path> files = Files.list(folder)) {
        newest =
            files
                .filter(file -> file.getFileName().toString().matches("rabbitmq-.*\\.properties"))
                .max(Path::compareTo);
      }
      if (newest.isPresent()) {
        try (var reader = Files.newBufferedReader(newest.get())) {
          properties.load(reader);
        }
      }
    }
    return properties;
  }
}
