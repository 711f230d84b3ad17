package io.pipeforce.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All figures of one run of the command, and what is known about where they come from. Kept as a
 * file of tab-separated lines: facts first, as {@code # name TAB value}, then a sample a line.
 */
public record Results(Map<String, String> facts, List<Sample> samples) {
  private static final String HEAD = "measurement\tpeer\tround\tmetric\tvalue";

  public void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    facts.forEach((name, value) -> lines.add("# " + name + "\t" + value));
    lines.add(HEAD);
    for (Sample sample : samples) {
      lines.add(
          String.join(
              "\t",
              sample.measurement(),
              sample.peer(),
              String.valueOf(sample.round()),
              sample.metric(),
              String.valueOf(sample.value())));
    }
    Files.write(file, lines, StandardCharsets.UTF_8);
  }

  public static Results read(Path file) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    List<Sample> samples = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      number++;
      if (line.startsWith("# ")) {
        int tab = line.indexOf('\t');
        facts.put(line.substring(2, tab), line.substring(tab + 1));
      } else if (!line.isBlank() && !line.equals(HEAD)) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 5) {
          throw new IOException(file + ":" + number + ": expected five fields, was: " + line);
        }
        samples.add(
            new Sample(
                fields[0],
                fields[1],
                Integer.parseInt(fields[2]),
                fields[3],
                Double.parseDouble(fields[4])));
      }
    }
    return new Results(facts, samples);
  }

  /** The figures of a peer by round. */
  public Map<Integer, Double> byRound(String measurement, String peer, String metric) {
    Map<Integer, Double> values = new LinkedHashMap<>();
    for (Sample sample : samples) {
      if (sample.measurement().equals(measurement)
          && sample.peer().equals(peer)
          && sample.metric().equals(metric)) {
        values.put(sample.round(), sample.value());
      }
    }
    return values;
  }
}
