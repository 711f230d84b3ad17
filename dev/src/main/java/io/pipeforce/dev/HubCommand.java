package io.pipeforce.dev;

import io.pipeforce.BrokerAddress;
import io.pipeforce.cli.BrokerChoice;
import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import io.pipeforce.cli.Profile;
import io.pipeforce.hub.Hub;
import io.pipeforce.hub.HubAddress;
import io.pipeforce.hub.HubOptions;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
      "jobs go on without it, and the next pi hub in this folder finds them.",
      "With --platform kubernetes they run on a cluster, which the hub keeps everything in."
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
      "With --platform kubernetes the environment says the rest: PIPEFORCE_NAMESPACE, where",
      "services and jobs are to run; PIPEFORCE_HUB_SECRET, the user's password;",
      "PIPEFORCE_HUB_URL, where services call the hub (default: the Service hub of the",
      "namespace); and a broker as services reach it. Which cluster: in a pod its own,",
      "else the one of the kubeconfig. The broker may come later: the hub waits for it.",
      "",
      "Exit codes: 0 ended by Ctrl-C or SIGTERM, 2 wrong usage, 3 a port is taken or",
      "the broker is not there."
    })
final class HubCommand implements Callable<Integer> {
  /** What services and jobs run on. */
  private enum HubPlatform {
    LOCAL,
    KUBERNETES;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

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
      names = "--host",
      paramLabel = "HOST",
      description = "Name or address to listen on. Default: ${DEFAULT-VALUE}.")
  private String host = "127.0.0.1";

  @Option(
      names = "--platform",
      paramLabel = "PLATFORM",
      description = {
        "What services and jobs run on: local, this machine, or kubernetes, a cluster.",
        "Default: ${DEFAULT-VALUE}."
      })
  private HubPlatform platform = HubPlatform.LOCAL;

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
    return switch (platform) {
      case LOCAL -> local();
      case KUBERNETES -> cluster();
    };
  }

  private int cluster() throws InterruptedException {
    Map<String, String> environment = System.getenv();
    HubOptions options =
        ClusterHub.options(host, port, broker, management(environment), environment);
    Hub hub = ClusterHub.start(options, environment);
    Shutdown.onSignal(hub::close);
    hub.awaitReady();
    ready(hub, options.broker());
    return Shutdown.await();
  }

  private void ready(Hub hub, BrokerAddress address) {
    spec.commandLine().getOut().println("ready: " + hub.uri() + ", broker " + address.display());
  }

  private int local() throws IOException, InterruptedException {
    BrokerChoice choice = BrokerChoice.of(broker, System.getenv(), Profile.dev());
    LocalHub started =
        LocalHub.start(
            new HubAddress(host, port, Optional.empty(), Set.of()),
            choice,
            management(System.getenv()).orElseGet(() -> management(choice.address())),
            STATE,
            AtClose.LEAVE);
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
    ready(hub, choice.address());
    return Shutdown.await();
  }

  /** The one that was named. */
  private Optional<URI> management(Map<String, String> environment) {
    String url =
        management == null ? environment.getOrDefault("PIPEFORCE_MANAGEMENT_URL", "") : management;
    return Optional.of(url.strip()).filter(named -> !named.isEmpty()).map(HubCommand::url);
  }

  /** That of the running pi dev, if it is its broker; else RabbitMQ's usual one. */
  private static URI management(BrokerAddress address) {
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
