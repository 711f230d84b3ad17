package io.pipeforce.dev;

import io.pipeforce.cli.Commands;
import io.pipeforce.cli.Pi;
import java.util.List;
import java.util.stream.Stream;

/** {@code pi} with all of its commands. */
public final class PiDev {
  private PiDev() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    if (args.length > 0 && List.of("dev", "hub").contains(args[0])) {
      Logging.toTerminal();
    } else {
      Logging.off();
    }
    System.exit(Pi.run(commands(), args));
  }

  static List<Object> commands() {
    return Stream.concat(
            Stream.of(
                new DevCommand(),
                new BrokerCommand(),
                new HubCommand(),
                new ImageCommand(),
                new TopologyCommand()),
            Commands.all().stream())
        .toList();
  }
}
