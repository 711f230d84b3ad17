package io.pipeforce.dev;

import io.pipeforce.broker.Broker;
import io.pipeforce.cli.Pi;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import picocli.CommandLine;

/**
 * Does once what {@code pi broker} does, so that the JVM can record an AOT cache for it. That of
 * {@code pi dev} would do as well, but holds a compiler: the whole cache lies in memory for as long
 * as the broker runs.
 */
final class BrokerRehearsal {
  private BrokerRehearsal() {}

  public static void main(String[] args) {
    Logging.off();
    CommandLine pi = Pi.commandLine(PiDev.commands());
    pi.setOut(new PrintWriter(new StringWriter()));
    pi.execute("broker", "--help");
    try (Broker broker = LocalBroker.start(0, 0, Optional.empty())) {
      LocalBroker.addresses(broker);
    }
    System.exit(0);
  }
}
