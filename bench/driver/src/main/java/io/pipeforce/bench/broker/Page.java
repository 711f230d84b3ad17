package io.pipeforce.bench.broker;

import io.pipeforce.bench.Markdown;
import io.pipeforce.bench.Results;
import io.pipeforce.bench.Sample;
import io.pipeforce.bench.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Renders results as Markdown. */
final class Page {
  static final String HOW = "how: ";
  static final String FAILURE = "no figure: ";

  private static final String RATIO = "ratio";

  private final Results results;

  Page(Results results) {
    this.results = results;
  }

  /**
   * @param of whose figure it is, or {@link #RATIO} for ours by RabbitMQ's
   */
  private record Column(String title, String metric, String of, int decimals) {}

  private record Table(String title, Predicate<String> rows, List<Column> columns) {}

  private static final List<Column> RATES =
      List.of(
          new Column("dev broker, msg/s", "msg/s", Subject.DEV, 0),
          new Column("RabbitMQ, msg/s", "msg/s", Subject.RABBITMQ, 0),
          new Column("×", "msg/s", RATIO, 2),
          new Column("CPU of the dev broker, µs/msg", "broker µs/msg", Subject.DEV, 1),
          new Column("CPU of RabbitMQ, µs/msg", "broker µs/msg", Subject.RABBITMQ, 1),
          new Column("CPU of the client, µs/msg", "client µs/msg", Subject.DEV, 1));

  private static List<Column> both(String metric, String unit, int decimals) {
    return List.of(
        new Column("dev broker, " + unit, metric, Subject.DEV, decimals),
        new Column("RabbitMQ, " + unit, metric, Subject.RABBITMQ, decimals));
  }

  private static List<Column> joined(List<List<Column>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  private static final List<Table> TABLES =
      List.of(
          new Table(
              "Throughput, all in memory",
              name -> name.startsWith("transient, ") && !name.contains("latency"),
              RATES),
          new Table(
              "Throughput, on the disk before it is confirmed",
              name -> name.startsWith("durable, ") && !name.contains("latency"),
              RATES),
          new Table(
              "Latency",
              name -> name.contains("latency"),
              joined(
                  List.of(
                      both("p50 ms", "p50, ms", 2),
                      both("p99 ms", "p99, ms", 2),
                      List.of(new Column("p99, ×", "p99 ms", RATIO, 2))))),
          new Table(
              "Many queues, channels, connections",
              name -> name.matches("[\\d,]+ (queues|channels|connections)"),
              joined(
                  List.of(
                      both("ms", "ms", 0),
                      both("2nd half/1st", "second half by first", 2),
                      List.of(
                          new Column("dev broker, KiB for each", "KiB each", Subject.DEV, 1))))),
          new Table(
              "A queue that grows",
              name -> name.startsWith("backlog"),
              List.of(
                  new Column("memory, MiB", "MiB", Subject.DEV, 0),
                  new Column("publishing, µs/msg", "publish µs/msg", Subject.DEV, 1),
                  new Column("consuming, µs/msg", "consume µs/msg", Subject.DEV, 1))),
          new Table(
              "Start and rest",
              name -> name.startsWith("start"),
              List.of(
                  new Column("ready, ms", "ready ms", Subject.DEV, 0),
                  new Column("of these in main, ms", "main ms", Subject.DEV, 0),
                  new Column("idle, MiB", "idle MiB", Subject.DEV, 0))));

  String document() {
    StringBuilder text = new StringBuilder();
    text.append("# The dev broker beside RabbitMQ\n\n");
    text.append("<!-- Written by bench/broker; change bench/driver, not this page. -->\n\n");
    text.append(
        """
        Both brokers on the same machine, one after the other in every round and the other way round in the next, by the
        same client: amqp-client in one process. Each figure is the median of all rounds, with the least and the greatest
        in brackets; *×* is ours by RabbitMQ's, of each round. The dev broker runs with the JVM flags of `pi broker`. The
        client takes its part of the cores: where its CPU time per message is more than the broker's, it is the client
        that is measured, and the brokers' own CPU time per message tells more than the rate.

        """);
    text.append("```sh\n").append(fact("command")).append("\n```\n\n| | |\n| --- | --- |\n");
    for (String name : List.of("date", "finished", "machine", "java", "flags", "broker")) {
      Markdown.line(List.of(name, fact(name)), text);
    }
    text.append(
        "\nThe raw figures are in [broker-benchmarks.tsv](broker-benchmarks.tsv); `bench/broker"
            + " render` makes this page from them.\n\n");
    return text.append(tables()).toString().stripTrailing() + "\n";
  }

  private String fact(String name) {
    return results.facts().getOrDefault(name, "–");
  }

  String tables() {
    StringBuilder text = new StringBuilder();
    for (Table table : TABLES) {
      List<String> rows =
          results.samples().stream()
              .map(Sample::measurement)
              .distinct()
              .filter(table.rows())
              .toList();
      if (!rows.isEmpty()) {
        render(table, rows, text);
      }
    }
    failures(text);
    Markdown.noise(results, text);
    return text.toString();
  }

  private void render(Table table, List<String> rows, StringBuilder text) {
    text.append("## ").append(table.title()).append("\n\n");
    List<String> head = new ArrayList<>(List.of(""));
    table.columns().forEach(column -> head.add(column.title()));
    Markdown.line(head, text);
    Markdown.rule(head.size(), text);
    for (String row : rows) {
      List<String> cells = new ArrayList<>(List.of(row));
      table.columns().forEach(column -> cells.add(cell(row, column)));
      Markdown.line(cells, text);
    }
    text.append('\n');
    for (String row : rows) {
      String how = results.facts().get(HOW + row);
      if (how != null) {
        text.append("- *").append(row).append("*: ").append(how).append('\n');
      }
    }
    text.append('\n');
  }

  private String cell(String row, Column column) {
    Map<Integer, Double> values =
        column.of().equals(RATIO)
            ? ratios(row, column.metric())
            : results.byRound(row, column.of(), column.metric());
    if (values.isEmpty()) {
      return "–";
    }
    return Markdown.spread(Spread.of(values.values()), column.decimals());
  }

  /** What slows a machine for a while slows both, so that ratios are steadier than figures. */
  private Map<Integer, Double> ratios(String row, String metric) {
    Map<Integer, Double> ratios = new LinkedHashMap<>();
    Map<Integer, Double> base = results.byRound(row, Subject.RABBITMQ, metric);
    results
        .byRound(row, Subject.DEV, metric)
        .forEach((round, value) -> {
          Double other = base.get(round);
          if (other != null && other > 0) {
            ratios.put(round, value / other);
          }
        });
    return ratios;
  }

  private void failures(StringBuilder text) {
    results
        .facts()
        .forEach((name, value) -> {
          if (name.startsWith(FAILURE)) {
            text.append(
                "- No figure for %s: %s%n".formatted(name.substring(FAILURE.length()), value));
          }
        });
  }
}
