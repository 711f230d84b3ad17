package io.pipeforce.broker.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes {@code docs/broker-parity.md} from what the suite found. */
final class ParityPage {

  private static final String HEAD =
      """
      # The dev broker and RabbitMQ, side by side

      <!-- Written by broker-contract/parity. Do not edit: a test compares it with the suite. -->

      Each row is a test of [`broker-contract`](../broker-contract), which runs against the dev broker and real
      RabbitMQ; its sentence is the test's name. The dev broker follows RabbitMQ 4.0, so that is what all columns are
      compared with: ✓ means that the broker behaves as RabbitMQ 4.0 does, "differs" that it is known not to, and how.
      A difference is checked too: where the test does not describe what the other broker does, it has to fail there.

      `dev/brokers up 3.10 4.0 4.3`, then `broker-contract/parity` writes this page.
      """;

  private final List<Behaviour> behaviours;
  private final BiFunction<Behaviour, Product, Outcome> outcomes;

  ParityPage(List<Behaviour> behaviours, BiFunction<Behaviour, Product, Outcome> outcomes) {
    this.behaviours = behaviours;
    this.outcomes = outcomes;
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.addAll(HEAD.lines().toList());
    lines.addAll(counts());
    lines.addAll(differencesOfTheDevBroker());
    areas().forEach((area, rows) -> lines.addAll(table(area, rows)));
    return String.join("\n", lines) + "\n";
  }

  private List<String> counts() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("| broker | behaviours | as RabbitMQ 4.0 | differ | fail or not run |");
    lines.add("| --- | ---: | ---: | ---: | ---: |");
    for (Product product : Product.values()) {
      long agree = count(product, Outcome.AGREES);
      long differ = count(product, Outcome.DIFFERS);
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %d | %d (%.1f %%) | %d | %d |",
              product.title(),
              behaviours.size(),
              agree,
              100.0 * agree / behaviours.size(),
              differ,
              behaviours.size() - agree - differ));
    }
    return lines;
  }

  private long count(Product product, Outcome outcome) {
    return behaviours.stream().filter(row -> outcomes.apply(row, product) == outcome).count();
  }

  private List<String> differencesOfTheDevBroker() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("## Where the dev broker differs from RabbitMQ 4.0");
    lines.add("");
    List<String> differences =
        behaviours.stream()
            .filter(row -> outcomes.apply(row, Product.DEV) != Outcome.AGREES)
            .map(row ->
                "- %s: *%s* – %s"
                    .formatted(
                        row.area(),
                        row.sentence(),
                        row.differences().getOrDefault(Product.DEV, "not explained")))
            .toList();
    lines.addAll(
        differences.isEmpty() ? List.of("Nowhere in what the suite covers.") : differences);
    return lines;
  }

  private Map<String, List<Behaviour>> areas() {
    return behaviours.stream()
        .collect(Collectors.groupingBy(Behaviour::area, TreeMap::new, Collectors.toList()));
  }

  private List<String> table(String area, List<Behaviour> rows) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("## %s (%d)".formatted(area, rows.size()));
    lines.add("");
    lines.add("| behaviour | dev | 3.10 | 4.0 | 4.3 | what differs |");
    lines.add("| --- | --- | --- | --- | --- | --- |");
    for (Behaviour row : rows) {
      String cells =
          Stream.of(Product.values())
              .map(product -> outcomes.apply(row, product).cell())
              .collect(Collectors.joining(" | "));
      lines.add("| %s | %s | %s |".formatted(row.sentence(), cells, explained(row)));
    }
    return lines;
  }

  private static String explained(Behaviour row) {
    return Stream.of(Product.values())
        .filter(product -> row.differences().containsKey(product))
        .map(product -> product.title() + ": " + row.differences().get(product))
        .collect(Collectors.joining("; "));
  }
}
