package io.pipeforce.dev;

import io.pipeforce.broker.Broker;
import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pi broker}: the dev broker alone. */
@Command(
    name = "broker",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the dev broker alone: AMQP 0-9-1 as RabbitMQ speaks it,",
      "for this machine only (127.0.0.1), login guest/guest.",
      "All is in memory unless --data names a folder: there durable queues, exchanges,",
      "bindings and persistent messages outlive a restart and a crash.",
      "Prints one line `ready: amqp://…` when clients can connect; Ctrl-C ends it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi broker",
      "  pi broker --port 0 --management-port 0      any free ports, printed",
      "  pi broker --data .pi/broker                 keeps what is durable",
      "",
      "Exit codes: 0 ended by Ctrl-C or SIGTERM, 1 the folder can no longer be written,",
      "2 wrong usage, 3 a port or the folder is taken."
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

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder for what is durable, made when it is not there. Default: none.")
  private @Nullable Path data;

  @Override
  public Integer call() throws InterruptedException {
    FreePorts.require(Map.of("--port", port, "--management-port", managementPort));
    Broker broker = LocalBroker.start(port, managementPort, Optional.ofNullable(data));
    Thread hook = Shutdown.onSignal(broker::close);
    spec.commandLine().getOut().println("ready: " + LocalBroker.addresses(broker));
    try {
      broker.awaitClose();
    } catch (RuntimeException e) {
      if (Shutdown.cancel(hook)) {
        throw new CommandFailedException(
            ExitCode.FAILED,
            e.getMessage()
                + "; the broker has ended. Make room or mend the disk, and start it again",
            e);
      }
    }
    return Shutdown.await();
  }
}
