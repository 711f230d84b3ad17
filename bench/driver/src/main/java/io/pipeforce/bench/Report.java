package io.pipeforce.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Renders results as Markdown. Knows nothing of how they came about but what they say. */
final class Report {
  /** The facts that tell how something was measured begin with this. */
  static final String HOW = "how: ";

  /** The facts that tell a peer's version begin with this. */
  static final String VERSION = "version: ";

  /** The facts that tell which run gave no figure begin with this. */
  static final String FAILURE = "no figure: ";

  private final Results results;
  private final Map<String, String> labels;

  /**
   * @param labels what the rows are called, in their order
   */
  Report(Results results, Map<String, String> labels) {
    this.results = results;
    this.labels = labels;
  }

  /**
   * A table.
   *
   * @param baseline the row that the others are compared with
   * @param compared the metric by which
   */
  private record Table(
      String measurement, String title, String baseline, String compared, List<Column> columns) {}

  private record Column(String metric, String unit, int decimals) {}

  private static final Column RATE = new Column("msg/s", "msg/s", 0);
  private static final Column CPU = new Column("CPU µs/msg", "CPU µs per message", 1);
  private static final Column START = new Column("ms", "ms", 0);

  private static final List<Table> TABLES =
      List.of(
          new Table(
              "consume classic",
              "Consuming a full queue, classic",
              Peer.PLAIN,
              "msg/s",
              List.of(RATE, CPU)),
          new Table(
              "consume quorum",
              "Consuming a full queue, quorum",
              Peer.PLAIN,
              "msg/s",
              List.of(RATE, CPU)),
          new Table(
              "latency",
              "Latency at 500 messages a second",
              Peer.PLAIN,
              "p99 ms",
              List.of(
                  new Column("p50 ms", "p50, ms", 2),
                  new Column("p99 ms", "p99, ms", 2),
                  new Column("p99.9 ms", "p99.9, ms", 2),
                  CPU)),
          new Table(
              "start with AOT cache",
              "Process start to first handled message, with AOT cache",
              Peer.PLAIN,
              "ms",
              List.of(START)),
          new Table(
              "start without AOT cache",
              "Process start to first handled message, without AOT cache",
              Peer.PLAIN,
              "ms",
              List.of(START)),
          new Table(
              "memory",
              "Memory",
              Peer.PLAIN,
              "idle MiB",
              List.of(
                  new Column("idle MiB", "idle, MiB", 0), new Column("peak MiB", "peak, MiB", 0))),
          new Table("publish", "Publishing with confirms", Peer.PLAIN, "msg/s", List.of(RATE, CPU)),
          new Table(
              "size",
              "Size of what is shipped",
              Peer.PLAIN,
              "jars MiB",
              List.of(
                  new Column("jars MiB", "jars, MiB", 1),
                  new Column("jars", "jars", 0),
                  new Column("AOT cache MiB", "AOT cache, MiB", 1))));

  /** The page that is published. */
  String document() {
    StringBuilder text = new StringBuilder();
    text.append("# Side by side\n\n");
    text.append("<!-- Written by bench/run; change bench/driver, not this page. -->\n\n");
    text.append(
        "Our SDK and what one would use instead, on the same broker, one after the other in");
    text.append(
        " every round. A message is about 1 KiB of JSON; the handler takes it as a record with");
    text.append(
        " twenty items and adds up their amounts. Everybody prefetches 250 messages, handles");
    text.append(
        " one at a time and acknowledges a message after it was handled, by the framework's");
    text.append(
        " default unless the row says otherwise. Each figure is the median of all rounds, with");
    text.append(
        " the least and the greatest in brackets; *× plain* is the median of each round's ratio");
    text.append(" to the plain client with one ack a message. Our rows have every guarantee of");
    text.append(
        " [guarantees.md](guarantees.md) on, the health server and metrics included; the peers'");
    text.append(" have what they do by default.\n\n");
    text.append("```sh\n").append(fact("command")).append("\n```\n\n");
    Markdown.line(List.of("", ""), text);
    text.append("| --- | --- |\n");
    for (String name : List.of("date", "machine", "java", "broker")) {
      Markdown.line(List.of(name, fact(name)), text);
    }
    labels.forEach((id, label) -> {
      if (results.facts().containsKey(VERSION + id)) {
        Markdown.line(List.of(label, fact(VERSION + id)), text);
      }
    });
    text.append(
        "\nThe raw figures are in [benchmarks.tsv](benchmarks.tsv); `bench/run render` makes");
    text.append(" this page from them. The programs are in `bench/peers/`.\n\n");
    return text.append(tables()).toString().stripTrailing() + "\n";
  }

  private String fact(String name) {
    return results.facts().getOrDefault(name, "–");
  }

  /** The tables alone. */
  String tables() {
    StringBuilder text = new StringBuilder();
    for (Table table : TABLES) {
      if (!rows(table.measurement()).isEmpty()) {
        render(table, text);
      }
    }
    failures(text);
    Markdown.noise(results, text);
    return text.toString();
  }

  private List<String> rows(String measurement) {
    Set<String> measured = new LinkedHashSet<>();
    for (Sample sample : results.samples()) {
      if (sample.measurement().equals(measurement)) {
        measured.add(sample.peer());
      }
    }
    return labels.keySet().stream().filter(measured::contains).toList();
  }

  private void render(Table table, StringBuilder text) {
    List<String> rows = rows(table.measurement());
    text.append("## ").append(table.title()).append("\n\n");
    String fact = results.facts().get(HOW + table.measurement());
    if (fact != null) {
      text.append(fact).append("\n\n");
    }
    List<String> head = new ArrayList<>(List.of(""));
    table.columns().forEach(column -> head.add(column.unit()));
    boolean compared = rows.contains(table.baseline());
    if (compared) {
      head.add(
          table.compared().replace(" ms", "").replace(" MiB", "").replaceFirst("^ms$", "time")
              + ", × plain");
    }
    Markdown.line(head, text);
    Markdown.rule(head.size(), text);
    for (String row : rows) {
      List<String> cells = new ArrayList<>(List.of(labels.getOrDefault(row, row)));
      for (Column column : table.columns()) {
        cells.add(cell(table, row, column));
      }
      if (compared) {
        cells.add(ratio(table, row));
      }
      Markdown.line(cells, text);
    }
    text.append('\n');
  }

  private String cell(Table table, String row, Column column) {
    Map<Integer, Double> values = results.byRound(table.measurement(), row, column.metric());
    if (values.isEmpty()) {
      return "–";
    }
    return Markdown.spread(Spread.of(values.values()), column.decimals());
  }

  /**
   * The median of the ratios of each round: what slows a machine for a while slows both, so that
   * their ratio is steadier than either.
   */
  private String ratio(Table table, String row) {
    Map<Integer, Double> ours = results.byRound(table.measurement(), row, table.compared());
    Map<Integer, Double> base =
        results.byRound(table.measurement(), table.baseline(), table.compared());
    List<Double> ratios = new ArrayList<>();
    ours.forEach((round, value) -> {
      Double other = base.get(round);
      if (other != null && other > 0) {
        ratios.add(value / other);
      }
    });
    return ratios.isEmpty() ? "–" : Markdown.number(Spread.of(ratios).median(), 2);
  }

  private void failures(StringBuilder text) {
    StringBuilder list = new StringBuilder();
    results
        .facts()
        .forEach((name, value) -> {
          if (name.startsWith(FAILURE)) {
            list.append("- ").append(name.substring(FAILURE.length()));
            list.append(": ").append(value).append('\n');
          }
        });
    if (!list.isEmpty()) {
      text.append("## Runs without a figure\n\n").append(list).append('\n');
    }
  }
}
