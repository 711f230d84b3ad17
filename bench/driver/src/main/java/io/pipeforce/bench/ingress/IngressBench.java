package io.pipeforce.bench.ingress;

import io.pipeforce.bench.Markdown;
import io.pipeforce.bench.Noise;
import io.pipeforce.bench.Results;
import io.pipeforce.bench.Sample;
import io.pipeforce.bench.Spread;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The command {@code bench/ingress}. */
public final class IngressBench {
  private static final String DIRECT = "direct";
  private static final String PROXIED = "through the ingress";
  private static final long SMALL = 1 << 10;
  private static final int MANY = 32;

  private final int runs;
  private final int requests;
  private final long large;
  private final List<Sample> samples = new ArrayList<>();

  private IngressBench(int runs, int requests, long large) {
    this.runs = runs;
    this.requests = requests;
    this.large = large;
  }

  /** What is done with a port; answers the figure. */
  @FunctionalInterface
  private interface Measure {
    double run(int port) throws Exception;
  }

  private record Scenario(String name, String unit, Measure measure) {}

  /** Arguments: see {@code bench/ingress --help}. */
  public static void main(String[] arguments) throws Exception {
    List<String> given = List.of(arguments);
    boolean quick = given.contains("--quick");
    int at = given.indexOf("--runs");
    int runs = at >= 0 ? Integer.parseInt(given.get(at + 1)) : 5;
    System.out.println(quick ? run(1, 50, 1 << 20) : run(runs, 20_000, 512 << 20));
  }

  /** The tables. */
  static String run(int runs, int requests, long large) throws Exception {
    return new IngressBench(runs, requests, large).run();
  }

  private List<Scenario> scenarios() {
    return List.of(
        new Scenario("1 KiB, one after the other, p50", "µs", port -> latency(port, 0.5)),
        new Scenario("1 KiB, one after the other, p99", "µs", port -> latency(port, 0.99)),
        new Scenario("1 KiB, a connection each, p50", "µs", this::connecting),
        new Scenario("1 KiB, 32 connections", "requests/s", this::throughput),
        new Scenario("download", "MiB/s", port -> bulk(port, Caller::get)),
        new Scenario("upload", "MiB/s", port -> bulk(port, Caller::post)));
  }

  private String run() throws Exception {
    try (Child service = Child.start("service");
        Child front = Child.start("front", String.valueOf(service.port()))) {
      Map<String, Integer> ports = new LinkedHashMap<>();
      ports.put(DIRECT, service.port());
      ports.put(PROXIED, front.port());
      for (Scenario scenario : scenarios()) {
        for (int port : ports.values()) {
          scenario.measure().run(port);
        }
        for (int round = 1; round <= runs; round++) {
          round(scenario, round, ports);
        }
      }
    }
    return tables();
  }

  private void round(Scenario scenario, int round, Map<String, Integer> ports) throws Exception {
    double load = Noise.load();
    double before = Noise.calibration();
    Noise.Cpu cpu = Noise.Cpu.now();
    List<Map.Entry<String, Integer>> order = new ArrayList<>(ports.entrySet());
    for (Map.Entry<String, Integer> port : round % 2 == 1 ? order : order.reversed()) {
      String peer = port.getKey();
      double value = scenario.measure().run(port.getValue());
      samples.add(new Sample(scenario.name(), peer, round, scenario.unit(), value));
      System.err.printf(
          "%s %d %s  %,.1f %s%n", scenario.name(), round, peer, value, scenario.unit());
    }
    add(scenario, round, "steal %", Noise.Cpu.now().stolenSince(cpu));
    add(scenario, round, "load", load);
    add(scenario, round, "calibration ms", Math.max(before, Noise.calibration()));
  }

  private void add(Scenario scenario, int round, String metric, double value) {
    samples.add(new Sample(scenario.name(), Noise.MACHINE, round, metric, value));
  }

  private double latency(int port, double share) throws IOException {
    long[] nanos = new long[requests];
    try (Caller caller = new Caller(port)) {
      for (int i = 0; i < requests; i++) {
        long begin = System.nanoTime();
        caller.get(SMALL);
        nanos[i] = System.nanoTime() - begin;
      }
    }
    Arrays.sort(nanos);
    return Spread.percentile(nanos, share) / 1e3;
  }

  private double connecting(int port) throws IOException {
    long[] nanos = new long[requests / 10];
    for (int i = 0; i < nanos.length; i++) {
      long begin = System.nanoTime();
      try (Caller caller = new Caller(port)) {
        caller.get(SMALL);
      }
      nanos[i] = System.nanoTime() - begin;
    }
    Arrays.sort(nanos);
    return Spread.percentile(nanos, 0.5) / 1e3;
  }

  private double throughput(int port) throws Exception {
    long begin = System.nanoTime();
    int each = Math.max(1, requests * 2 / MANY);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        callers.add(
            threads.submit(() -> {
              try (Caller caller = new Caller(port)) {
                for (int j = 0; j < each; j++) {
                  caller.get(SMALL);
                }
              }
              return null;
            }));
      }
      for (Future<?> caller : callers) {
        caller.get();
      }
    }
    return MANY * each / ((System.nanoTime() - begin) / 1e9);
  }

  @FunctionalInterface
  private interface Transfer {
    void run(Caller caller, long octets) throws IOException;
  }

  private double bulk(int port, Transfer transfer) throws IOException {
    try (Caller caller = new Caller(port)) {
      long begin = System.nanoTime();
      transfer.run(caller, large);
      return large / (double) (1 << 20) / ((System.nanoTime() - begin) / 1e9);
    }
  }

  private String tables() {
    Results results = new Results(new LinkedHashMap<>(), samples);
    StringBuilder text = new StringBuilder();
    Noise.machine().forEach(fact -> text.append("- ").append(fact.replace('\t', ' ')).append('\n'));
    text.append('\n');
    Markdown.line(List.of("", "unit", DIRECT, PROXIED, "×"), text);
    Markdown.rule(5, text);
    for (Scenario scenario : scenarios()) {
      Map<Integer, Double> direct = results.byRound(scenario.name(), DIRECT, scenario.unit());
      Map<Integer, Double> proxied = results.byRound(scenario.name(), PROXIED, scenario.unit());
      List<Double> ratios = new ArrayList<>();
      direct.forEach((round, value) -> ratios.add(proxied.getOrDefault(round, 0.0) / value));
      Markdown.line(
          List.of(
              scenario.name(),
              scenario.unit(),
              Markdown.spread(Spread.of(direct.values()), 0),
              Markdown.spread(Spread.of(proxied.values()), 0),
              Markdown.spread(Spread.of(ratios), 2)),
          text);
    }
    text.append('\n');
    Markdown.noise(results, text);
    return text.toString();
  }

  /** A program beside this one. */
  private record Child(Process process, int port) implements AutoCloseable {
    static Child start(String... arguments) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:+UseSerialGC", "-Xmx32m", "-cp"));
      command.add(System.getProperty("java.class.path"));
      command.add(Role.class.getName());
      command.addAll(List.of(arguments));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
      String line = reader.readLine();
      if (line == null) {
        throw new IOException(arguments[0] + " did not start");
      }
      return new Child(process, Integer.parseInt(line));
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
