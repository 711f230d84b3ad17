package io.pipeforce.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the pages with figures have in common. */
public final class Markdown {
  private Markdown() {}

  /** A row of a table. */
  public static void line(List<String> cells, StringBuilder text) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** The rule below the head of a table; all columns but the first are numbers. */
  public static void rule(int columns, StringBuilder text) {
    text.append("| --- ").append("| ---: ".repeat(columns - 1)).append("|\n");
  }

  public static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /** The median, with the least and the greatest where they differ. */
  public static String spread(Spread spread, int decimals) {
    return spread.least() == spread.greatest()
        ? number(spread.median(), decimals)
        : bracketed(spread, decimals);
  }

  private static String bracketed(Spread spread, int decimals) {
    return "%s (%s–%s)"
        .formatted(
            number(spread.median(), decimals),
            number(spread.least(), decimals),
            number(spread.greatest(), decimals));
  }

  /** How quiet the machine was, if anybody has looked. */
  public static void noise(Results results, StringBuilder text) {
    List<String> measurements =
        results.samples().stream()
            .filter(sample -> sample.peer().equals(Noise.MACHINE))
            .map(Sample::measurement)
            .distinct()
            .toList();
    if (measurements.isEmpty()) {
      return;
    }
    text.append("## How quiet the machine was\n\n");
    text.append(
        "Around every round: the load average before it, a fixed computation on one core (it takes"
            + " longer when the machine is disturbed), and the share of CPU time that the host gave"
            + " to others.\n\n");
    line(List.of("", "load average", "calibration, ms", "steal, %"), text);
    rule(4, text);
    for (String measurement : measurements) {
      List<String> cells = new ArrayList<>(List.of(measurement));
      for (String metric : List.of("load", "calibration ms", "steal %")) {
        cells.add(
            bracketed(Spread.of(results.byRound(measurement, Noise.MACHINE, metric).values()), 1));
      }
      line(cells, text);
    }
    text.append('\n');
  }
}
