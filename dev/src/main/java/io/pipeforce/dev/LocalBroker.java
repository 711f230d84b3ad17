package io.pipeforce.dev;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.broker.BrokerStartException;
import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import java.nio.file.Path;
import java.util.Optional;

/** The dev broker, started and described as a command does it. */
final class LocalBroker {
  private LocalBroker() {}

  static Broker start(int port, int managementPort, Optional<Path> data) {
    BrokerOptions options = BrokerOptions.local().withPort(port).withManagementPort(managementPort);
    try {
      return Broker.start(data.map(options::withData).orElse(options));
    } catch (BrokerStartException e) {
      throw new CommandFailedException(ExitCode.MISSING, String.valueOf(e.getMessage()), e);
    }
  }

  /** Its addresses, for the line that tells that it is ready. */
  static String addresses(Broker broker) {
    return broker.uri() + broker.managementUri().map(uri -> ", management " + uri).orElse("");
  }
}
