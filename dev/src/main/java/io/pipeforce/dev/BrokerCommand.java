package io.pipeforce.dev;

import io.pipeforce.broker.Broker;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pi broker}: the dev broker alone. */
@Command(
    name = "broker",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the dev broker alone: AMQP 0-9-1 as RabbitMQ speaks it, in memory,",
      "for this machine only (127.0.0.1), login guest/guest.",
      "Prints one line `ready: amqp://…` when clients can connect; Ctrl-C ends it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi broker",
      "  pi broker --port 0 --management-port 0      any free ports, printed",
      "",
      "Exit codes: 0 ended by Ctrl-C or SIGTERM, 2 wrong usage, 3 a port is taken."
    })
final class BrokerCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port for AMQP; 0 is any free one. Default: ${DEFAULT-VALUE}.")
  private int port = 5672;

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      description = "Port for the management HTTP API. Default: ${DEFAULT-VALUE}.")
  private int managementPort = 15672;

  @Override
  public Integer call() throws InterruptedException {
    FreePorts.require("--port", port, "--management-port", managementPort);
    Broker broker = LocalBroker.start(port, managementPort);
    Shutdown.onSignal(broker::close);
    spec.commandLine().getOut().println("ready: " + LocalBroker.addresses(broker));
    return Shutdown.await();
  }
}
