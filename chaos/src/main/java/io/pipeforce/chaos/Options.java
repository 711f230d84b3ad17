package io.pipeforce.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How to run.
 *
 * @param broker {@code dev}, {@code dev-data}, or a version that {@code dev/brokers} knows
 * @param messages how many the producer sends
 * @param seed of the plan and the traffic
 * @param faults empty for all that the broker can have
 * @param steps how many moments of trouble, at least one per fault
 * @param replicas of the service
 * @param poisons messages that kill the JVM
 * @param kills how often each of these kills
 * @param report where to write Markdown to
 */
record Options(
    String broker,
    int messages,
    long seed,
    List<FaultKind> faults,
    int steps,
    int replicas,
    int poisons,
    int kills,
    Optional<Path> report) {
  static final String USAGE =
      """
      usage: chaos/run [--broker dev|dev-data|3.10|4.0|4.3|cluster] [--messages N] [--seed S] [--faults a,b,…]
                       [--steps N] [--replicas N] [--poisons N] [--kills N] [--report FILE.md]

      Sends N messages (default 1000000) to a service of several handlers while faults happen, and
      checks that none is lost. All is derived from the seed (default: the time), except the clock.
      RabbitMQ must be up: dev/brokers up 4.0

        --faults    only these; default: all that the broker can have
        --steps     moments of trouble; default: one for 25000 messages, at least one per fault
        --replicas  processes of the service; default 2
        --poisons   messages that kill the JVM, each up to the delivery limit; default 1
        --kills     how often each of those kills before it is harmless; default: always

      Faults: %s

      Exit codes: 0 nothing lost and all in order, 1 something is wrong, 2 wrong usage.
      """
          .formatted(String.join(", ", FaultKind.labels()));

  private static final int MESSAGES_PER_STEP = 25_000;

  Options {
    if (replicas < 1 || steps < 0 || kills < 0) {
      throw new IllegalArgumentException("--replicas is at least 1, --steps and --kills 0");
    }
  }

  static Options parse(String... arguments) {
    String broker = "dev";
    int messages = 1_000_000;
    long seed = System.currentTimeMillis() % 1_000_000;
    List<FaultKind> faults = List.of();
    int steps = -1;
    int replicas = 2;
    int poisons = 1;
    int kills = Integer.MAX_VALUE;
    Optional<Path> report = Optional.empty();
    List<String> rest = new ArrayList<>(List.of(arguments));
    while (!rest.isEmpty()) {
      String option = rest.removeFirst();
      if (rest.isEmpty()) {
        throw new IllegalArgumentException("unknown option, or no value for it: " + option);
      }
      String value = rest.removeFirst();
      switch (option) {
        case "--broker" -> broker = value;
        case "--messages" -> messages = Integer.parseInt(value);
        case "--seed" -> seed = Long.parseLong(value);
        case "--faults" -> faults = Arrays.stream(value.split(",", -1)).map(FaultKind::of).toList();
        case "--steps" -> steps = Integer.parseInt(value);
        case "--replicas" -> replicas = Integer.parseInt(value);
        case "--poisons" -> poisons = Integer.parseInt(value);
        case "--kills" -> kills = Integer.parseInt(value);
        case "--report" -> report = Optional.of(Path.of(value));
        default -> throw new IllegalArgumentException("unknown option: " + option);
      }
    }
    if (steps < 0) {
      steps = messages / MESSAGES_PER_STEP;
    }
    return new Options(broker, messages, seed, faults, steps, replicas, poisons, kills, report);
  }

  /** The command that repeats this run. */
  String command() {
    return "chaos/run --broker "
        + broker
        + " --messages "
        + messages
        + " --seed "
        + seed
        + (faults.isEmpty()
            ? ""
            : " --faults " + String.join(",", faults.stream().map(FaultKind::label).toList()))
        + " --steps "
        + steps
        + " --replicas "
        + replicas
        + " --poisons "
        + poisons
        + (kills == Integer.MAX_VALUE ? "" : " --kills " + kills);
  }
}
