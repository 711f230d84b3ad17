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
    // Not by the usual name: a service that runs here has a configuration of its own.
    System.setProperty("logback.configurationFile", "pi-logback.xml");
    System.exit(Pi.run(commands(), args));
  }

  static List<Object> commands() {
    return Stream.concat(
            Stream.of(
                new DevCommand(), new BrokerCommand(), new HubCommand(), new TopologyCommand()),
            Commands.all().stream())
        .toList();
  }
}
