package io.pipeforce.dev;

import io.pipeforce.BrokerAddress;
import io.pipeforce.cli.BrokerChoice;
import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import io.pipeforce.cli.Profile;
import io.pipeforce.hub.Hub;
import io.pipeforce.hub.HubOptions;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.io.IOException;
import java.net.URI;
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

  @Option(
      names = "--management",
      paramLabel = "URL",
      description = {
        "The broker's management API, http://HOST:PORT. Default: PIPEFORCE_MANAGEMENT_URL,",
        "else that of the running pi dev, else port 15672 of the broker's host."
      })
  private @Nullable String management;

  @Override
  public Integer call() throws IOException, InterruptedException {
    FreePorts.require(Map.of("--port", port));
    BrokerChoice choice = BrokerChoice.of(broker, System.getenv(), Profile.dev());
    LocalHub started =
        LocalHub.start(port, choice, management(choice.address()), STATE, AtClose.LEAVE);
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

  /** Of the one that was named; else that of the running pi dev, if it is its broker. */
  private URI management(BrokerAddress address) {
    String url =
        management == null
            ? System.getenv().getOrDefault("PIPEFORCE_MANAGEMENT_URL", "")
            : management;
    if (!url.isBlank()) {
      return url(url.strip());
    }
    return Profile.dev()
        .filter(dev -> BrokerAddress.parse(dev.broker()).equals(address))
        .map(Profile::management)
        .filter(known -> !known.isEmpty())
        .map(HubCommand::url)
        .orElseGet(() -> HubOptions.management(address));
  }

  private static URI url(String text) {
    try {
      URI url = URI.create(text.replaceFirst("(/api)?/*$", ""));
      if (url.getHost() != null && url.getUserInfo() == null) {
        return url;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw new CommandFailedException(
        ExitCode.USAGE, "the URL of the management API must be http://HOST:PORT, without a login");
  }
}
