package io.pipeforce.dev;

import io.pipeforce.cli.BrokerChoice;
import io.pipeforce.cli.Profile;
import io.pipeforce.hub.Hub;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pi hub}: the hub alone. */
@Command(
    name = "hub",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the hub alone: commands and pipelines over HTTP, for this machine only",
      "(127.0.0.1). While it runs, pi command and pi pipeline find it from any folder.",
      "Prints one line `ready: http://…` when it answers; Ctrl-C ends it. Services and",
      "jobs go on without it, and the next pi hub in this folder finds them."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi hub                                 on the broker of the running pi dev",
      "  pi hub --broker amqp://localhost --port 0        any free port, printed",
      "",
      "Which broker: the one of --broker; else the one that PIPEFORCE_MESSAGE_BROKER",
      "or PIPEFORCE_MESSAGING_HOST names; else that of the running pi dev;",
      "else 127.0.0.1:5672.",
      "Who may call: the user pipeforce with the secret in .pi/hub/secret (made at the",
      "first start, readable by you alone), or whoever has a token of iam.token.",
      "",
      "Exit codes: 0 ended by Ctrl-C or SIGTERM, 2 wrong usage, 3 a port is taken or",
      "the broker is not there."
    })
final class HubCommand implements Callable<Integer> {
  private static final Path STATE = Path.of(".pi", "hub");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port for HTTP; 0 is any free one. Default: ${DEFAULT-VALUE}.")
  private int port = 8080;

  @Option(
      names = "--broker",
      paramLabel = "URI",
      description = "Use this broker: amqp://USER:PASSWORD@HOST:PORT/VHOST, HOST:PORT or HOST.")
  private @Nullable String broker;

  @Override
  public Integer call() throws IOException, InterruptedException {
    FreePorts.require(Map.of("--port", port));
    BrokerChoice choice = BrokerChoice.of(broker, System.getenv(), Profile.dev());
    LocalHub started = LocalHub.start(port, choice, STATE);
    Hub hub = started.hub();
    Profile profile =
        new Profile("", "", hub.uri().toString(), started.secret(), ProcessHandle.current().pid());
    Shutdown.onSignal(() -> {
      profile.withdraw(Profile.HUB);
      List<String> left = hub.runningServices();
      hub.close();
      if (!left.isEmpty()) {
        spec.commandLine()
            .getErr()
            .println(
                "pi: still running, for the next hub in this folder: " + String.join(", ", left));
        spec.commandLine().getErr().flush();
      }
    });
    profile.publish(Profile.HUB);
    spec.commandLine()
        .getOut()
        .println("ready: " + hub.uri() + ", broker " + choice.address().display());
    return Shutdown.await();
  }
}
