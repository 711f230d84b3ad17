package io.pipeforce.dev;

import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import io.pipeforce.broker.Broker;
import io.pipeforce.cli.BrokerChoice;
import io.pipeforce.cli.ExitCode;
import io.pipeforce.cli.Profile;
import io.pipeforce.hub.HubAddress;
import io.pipeforce.hub.HubOptions;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pi dev}: broker, hub and service in one command, reloading on change. */
@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a broker, a hub and the service in DIR, and replaces the service by its new",
      "version when a source changes. A version that does not compile is reported",
      "and the one before keeps running. Prints one line `ready: …` with the",
      "addresses when an event would be handled; Ctrl-C ends it all."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi dev                                the service in the current folder",
      "  pi dev --broker amqp://localhost      on a RabbitMQ that runs already",
      "  pi dev --port 0 --broker-port 0 --management-port 0      any free ports, printed",
      "",
      "Which broker: the one of --broker; else the one that PIPEFORCE_MESSAGE_BROKER",
      "or PIPEFORCE_MESSAGING_HOST names; else a dev broker, in memory, started here.",
      "The service gets this environment unless you have set it: PIPEFORCE_SERVICE",
      "(the artifactId), PIPEFORCE_NAMESPACE=local, PIPEFORCE_HEALTH_PORT=0.",
      "",
      "Exit codes: 0 ended by Ctrl-C or SIGTERM, 1 the service does not compile or",
      "start (only with --no-reload), 2 no service in DIR, 3 a port is taken or the",
      "broker is not there."
    })
final class DevCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "Folder of a service project. Default: the current folder; where that is none, the"
              + " template in pi's own repository.")
  private @Nullable Path folder;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the hub; 0 is any free one. Default: ${DEFAULT-VALUE}.")
  private int port = 8080;

  @Option(
      names = "--broker-port",
      paramLabel = "PORT",
      description = "Port of the broker; 0 is any free one. Default: ${DEFAULT-VALUE}.")
  private int brokerPort = 5672;

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      description = "Port of the broker's management API. Default: ${DEFAULT-VALUE}.")
  private int managementPort = 15672;

  @Option(
      names = "--broker",
      paramLabel = "URI",
      description = "Use this broker: amqp://USER:PASSWORD@HOST:PORT/VHOST, HOST:PORT or HOST.")
  private @Nullable String broker;

  @Option(names = "--no-reload", description = "Do not watch the sources.")
  private boolean noReload;

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServiceProject project = project();
    Optional<BrokerAddress> named = BrokerChoice.named(broker, System.getenv());
    return named.isPresent() ? onBroker(project, named.get()) : onDevBroker(project);
  }

  private int onDevBroker(ServiceProject project) throws IOException, InterruptedException {
    FreePorts.require(
        Map.of("--port", port, "--broker-port", brokerPort, "--management-port", managementPort));
    Broker started = LocalBroker.start(brokerPort, managementPort, Optional.empty());
    BrokerAddress address = BrokerAddress.parse(started.uri().toString());
    String management = started.managementUri().map(URI::toString).orElse("");
    String addresses = "broker " + LocalBroker.addresses(started);
    return run(project, address, management, addresses, started::close);
  }

  /** Looks whether it answers before anything is started. */
  private int onBroker(ServiceProject project, BrokerAddress address)
      throws IOException, InterruptedException {
    FreePorts.require(Map.of("--port", port));
    EventClient.connect(address, "pipeforce.topic.default").close();
    return run(project, address, "", "broker " + address.display(), () -> {});
  }

  private int run(
      ServiceProject project,
      BrokerAddress address,
      String management,
      String addresses,
      Runnable stopBroker)
      throws IOException, InterruptedException {
    // Beside the compiler, which takes as long.
    CompletableFuture<LocalHub> hub = startHub(project, address, management);
    DevSession session =
        new DevSession(
            project,
            environment(project, address.uri()),
            () -> "hub " + started(hub).hub().uri() + ", " + addresses,
            !noReload,
            System.out,
            spec.commandLine().getErr());
    AtomicReference<Profile> profile = new AtomicReference<>();
    Runnable stop =
        () -> {
          session.close();
          stopHub(hub);
          stopBroker.run();
          Optional.ofNullable(profile.get()).ifPresent(each -> each.withdraw(Profile.DEV));
        };
    Thread hook = Shutdown.onSignal(stop);
    var _ =
        hub.whenComplete((started, failure) -> {
          if (failure == null) {
            Profile made = profile(address, management, started);
            profile.set(made);
            publish(made);
          } else {
            session.fail(reason(failure));
          }
        });
    try {
      return session.run() == 0 ? ExitCode.DONE.code() : ExitCode.FAILED.code();
    } finally {
      if (Shutdown.cancel(hook)) {
        stop.run();
      }
    }
  }

  private static Profile profile(BrokerAddress address, String management, LocalHub hub) {
    return new Profile(
        address.uri(),
        management,
        hub.hub().uri().toString(),
        hub.secret(),
        ProcessHandle.current().pid());
  }

  private CompletableFuture<LocalHub> startHub(
      ServiceProject project, BrokerAddress address, String management) {
    Path state = project.hubFolder();
    URI api = management.isEmpty() ? HubOptions.management(address) : URI.create(management);
    BrokerChoice choice = BrokerChoice.of(address.uri(), System.getenv(), Optional.empty());
    CompletableFuture<LocalHub> started = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("pi-hub-start")
        .daemon()
        .start(() -> {
          try {
            started.complete(
                LocalHub.start(HubAddress.local(port), choice, api, state, AtClose.END));
          } catch (IOException | RuntimeException e) {
            started.completeExceptionally(e);
          }
        });
    return started;
  }

  private static LocalHub started(CompletableFuture<LocalHub> hub) {
    try {
      return hub.join();
    } catch (CompletionException e) {
      throw reason(e);
    }
  }

  private static RuntimeException reason(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return switch (cause) {
      case RuntimeException runtime -> runtime;
      case IOException io -> new UncheckedIOException(io);
      case null, default -> new IllegalStateException(failure);
    };
  }

  private static void stopHub(CompletableFuture<LocalHub> hub) {
    try {
      hub.join().hub().close();
    } catch (CompletionException _) {
      // It has not started.
    }
  }

  /** Without it all works but that other commands have to be told which broker it is. */
  private void publish(Profile profile) {
    try {
      profile.publish(Profile.DEV);
    } catch (UncheckedIOException e) {
      spec.commandLine()
          .getErr()
          .println("pi: " + e.getMessage() + "; other pi commands need --broker to find this one");
    }
  }

  private ServiceProject project() {
    if (folder != null) {
      return ServiceProject.in(folder);
    }
    return ServiceProject.find(Path.of(""))
        .or(() ->
            Optional.ofNullable(System.getProperty("pi.home"))
                .map(Path::of)
                .flatMap(home -> ServiceProject.find(home.resolve("template"))))
        .orElseGet(() -> ServiceProject.in(Path.of("")));
  }

  private static Map<String, String> environment(ServiceProject project, String uri) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PIPEFORCE_SERVICE", project.name());
    environment.put("PIPEFORCE_NAMESPACE", "local");
    environment.put("PIPEFORCE_HEALTH_PORT", "0");
    environment.keySet().removeIf(name -> !System.getenv().getOrDefault(name, "").isBlank());
    environment.put("PIPEFORCE_MESSAGE_BROKER", uri);
    return environment;
  }
}
