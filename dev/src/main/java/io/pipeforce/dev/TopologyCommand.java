package io.pipeforce.dev;

import io.pipeforce.ServiceRuntime;
import io.pipeforce.cli.BrokerChoice;
import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import io.pipeforce.cli.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pi topology}: starts the service in DIR with the arguments that make it plan or apply. */
@Command(
    name = "topology",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "plan|apply",
    subcommands = {TopologyCommand.Plan.class, TopologyCommand.Apply.class},
    description = {
      "Compares the exchanges, queues and bindings that the service in DIR wants with",
      "those that the broker has, and brings them there without losing a message."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi topology plan                      the service in the current folder",
      "  pi topology apply --broker amqp://USER:PASSWORD@HOST --management http://HOST:15672",
      "",
      "A built service does the same without pi: java -jar NAME.jar topology plan",
      "",
      "Exit codes: 0 nothing differs, or all is applied; 1 it failed or was refused;",
      "2 wrong usage; 3 broker or management API not there; 4 plan found differences."
    })
final class TopologyCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "say what to do: plan or apply");
  }

  @Command(
      name = "plan",
      mixinStandardHelpOptions = true,
      description = "Prints the differences, one a line, and changes nothing.")
  static final class Plan extends Action {
    Plan() {
      super("plan");
    }
  }

  @Command(
      name = "apply",
      mixinStandardHelpOptions = true,
      description = {
        "Removes bindings that no handler stands for any more, and declares queues with",
        "other arguments anew, with their messages. Stop the service first."
      })
  static final class Apply extends Action {
    Apply() {
      super("apply");
    }
  }

  /** What both have in common. */
  abstract static class Action implements Callable<Integer> {
    private final String name;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
        arity = "0..1",
        paramLabel = "DIR",
        description = "Folder of a service project. Default: the current folder.")
    private Path folder = Path.of("");

    @Option(
        names = "--broker",
        paramLabel = "URI",
        description = {
          "The broker: amqp://USER:PASSWORD@HOST:PORT/VHOST, HOST:PORT or HOST.",
          "Default: the one that the environment names, else that of the running pi dev."
        })
    private @Nullable String broker;

    @Option(
        names = "--management",
        paramLabel = "URL",
        description = {
          "The broker's management API, http://HOST:PORT.",
          "Default: PIPEFORCE_MANAGEMENT_URL, else port 15672 of the broker's host."
        })
    private @Nullable String management;

    private Action(String name) {
      this.name = name;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
      ServiceProject project = ServiceProject.in(folder);
      Map<String, String> environment = environment(project);
      ClassPath classPath = ClassPath.of(project);
      Path classes =
          new SourceCompiler(project, spec.commandLine().getErr())
              .compile(classPath)
              .orElseThrow(() ->
                  new CommandFailedException(ExitCode.FAILED, "the service does not compile"));
      List<String> command =
          new ArrayList<>(
              Launcher.in(project.workFolder(), classPath)
                  .command(ServiceRuntime.class, List.of(), List.of(classes, project.resources())));
      command.addAll(List.of("topology", name));
      if (management != null) {
        command.addAll(List.of("--management", management));
      }
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(project.folder().toFile()).inheritIO();
      builder.environment().clear();
      builder.environment().putAll(environment);
      return builder.start().waitFor();
    }

    private Map<String, String> environment(ServiceProject project) {
      Map<String, String> environment = new HashMap<>(System.getenv());
      environment.putIfAbsent("PIPEFORCE_SERVICE", project.name());
      environment.putIfAbsent("PIPEFORCE_NAMESPACE", "local");
      if (broker != null) {
        BrokerChoice.named(broker, environment); // Refuses what is no address.
        use(broker, environment);
      } else if (BrokerChoice.named(null, environment).isEmpty()) {
        Optional<Profile> running = Profile.dev();
        running.ifPresent(profile -> {
          use(profile.broker(), environment);
          if (!profile.management().isEmpty()) {
            environment.putIfAbsent("PIPEFORCE_MANAGEMENT_URL", profile.management());
          }
        });
      }
      return environment;
    }

    /** What names a broker in other words would win over ours. */
    private static void use(String broker, Map<String, String> environment) {
      for (String part : List.of("HOST", "PORT", "USERNAME", "PASSWORD")) {
        environment.remove("PIPEFORCE_MESSAGING_" + part);
      }
      environment.put("PIPEFORCE_MESSAGE_BROKER", broker);
    }
  }
}
