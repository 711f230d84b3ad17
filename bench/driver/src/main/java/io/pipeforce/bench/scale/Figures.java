package io.pipeforce.bench.scale;

import io.pipeforce.bench.Noise;
import io.pipeforce.bench.Results;
import io.pipeforce.bench.Sample;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes down the figures of one run. */
final class Figures {
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final List<Sample> samples = new ArrayList<>();

  Figures(String broker) {
    facts.put("command", "bench/scale");
    facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("broker", broker);
    for (String fact : Noise.machine()) {
      String[] pair = fact.split("\t", 2);
      facts.put(pair[0], pair[1]);
    }
  }

  /** Begins a measurement: takes down what else the machine does. */
  void begin(String measurement, int round) {
    add(measurement, Noise.MACHINE, round, "load", Noise.load());
  }

  void add(String measurement, String subject, int round, String metric, double value) {
    samples.add(new Sample(measurement, subject, round, metric, value));
    System.err.printf("%s %d, %s: %s %,.2f%n", measurement, round, subject, metric, value);
  }

  Results results() {
    facts.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return new Results(facts, samples);
  }
}
