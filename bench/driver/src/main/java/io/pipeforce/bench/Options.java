package io.pipeforce.bench;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The command line.
 *
 * @param measurements which to run, in order
 * @param peers which take part
 * @param runs how many rounds, where it was said
 * @param quick a smoke run: few messages, one round
 */
record Options(
    List<String> measurements,
    List<Peer> peers,
    OptionalInt runs,
    boolean quick,
    Optional<URI> broker,
    Optional<URI> management,
    Optional<Path> results,
    String commandLine) {

  static final List<String> MEASUREMENTS =
      List.of("consume", "latency", "start", "memory", "publish", "size");

  static Options parse(List<String> arguments) {
    List<String> measurements = new ArrayList<>();
    List<Peer> peers = Peer.all();
    OptionalInt runs = OptionalInt.empty();
    boolean quick = false;
    Optional<URI> broker = Optional.empty();
    Optional<URI> management = Optional.empty();
    Optional<Path> results = Optional.empty();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      switch (argument) {
        case "--quick" -> quick = true;
        case "--runs" -> runs = OptionalInt.of(Integer.parseInt(value(arguments, ++i)));
        case "--peers" -> peers = peers(value(arguments, ++i));
        case "--broker" -> broker = Optional.of(URI.create(value(arguments, ++i)));
        case "--management" -> management = Optional.of(URI.create(value(arguments, ++i)));
        case "--results" -> results = Optional.of(Path.of(value(arguments, ++i)));
        default -> {
          if (!MEASUREMENTS.contains(argument) && !argument.equals("render")) {
            throw new IllegalArgumentException(
                "unknown argument "
                    + argument
                    + "; choose among "
                    + MEASUREMENTS
                    + ", render, --runs N, --peers a,b, --quick, --broker URI, --management URL,"
                    + " --results FILE");
          }
          measurements.add(argument);
        }
      }
    }
    return new Options(
        measurements.isEmpty() ? MEASUREMENTS : List.copyOf(measurements),
        peers,
        runs,
        quick,
        broker,
        management,
        results,
        ("bench/run " + String.join(" ", arguments)).strip());
  }

  boolean everything() {
    return measurements.equals(MEASUREMENTS) && peers.size() == Peer.all().size() && !quick;
  }

  private static String value(List<String> arguments, int index) {
    if (index >= arguments.size()) {
      throw new IllegalArgumentException(arguments.get(index - 1) + " needs a value");
    }
    return arguments.get(index);
  }

  private static List<Peer> peers(String names) {
    List<String> wanted = Arrays.asList(names.split(",", -1));
    List<String> known = Peer.all().stream().map(Peer::id).toList();
    for (String name : wanted) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("unknown peer " + name + "; choose among " + known);
      }
    }
    return Peer.all().stream().filter(peer -> wanted.contains(peer.id())).toList();
  }
}
