package io.pipeforce.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code pi}: its help, and what all commands have in common. */
@Command(
    name = "pi",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Develops, tests and runs event-driven microservices in Java.",
    footerHeading = "%nFirst steps:%n",
    footer = {
      "  pi dev                                        broker and service",
      "  pi send some.event.key.x '{\"hello\":\"world\"}'  sends it an event",
      "  pi new order-service                          a service of your own",
      "",
      "Exit codes: 0 done, 1 it failed, 2 wrong usage, 3 something it needs is not",
      "there (broker, JDK, free port), 130 interrupted.",
      "More about a command: pi COMMAND --help."
    })
public final class Pi implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private Pi() {}

  /** Runs a light command: those that need nothing but the SDK's client. */
  public static void main(String[] args) {
    System.exit(run(Commands.all(), args));
  }

  /**
   * Runs {@code pi} with these commands.
   *
   * @return the exit code
   */
  public static int run(List<Object> commands, String... args) {
    return commandLine(needed(commands, args)).execute(args);
  }

  /** To read the annotations of all commands would take as long as to send a message. */
  static List<Object> needed(List<Object> commands, String... args) {
    return commands.stream()
        .filter(command -> args.length > 0 && name(command).equals(args[0]))
        .filter(command -> !(command instanceof CompletionCommand))
        .findFirst()
        .map(List::of)
        .orElse(commands);
  }

  private static String name(Object command) {
    return command.getClass().getAnnotation(Command.class).name();
  }

  /** {@code pi} with these commands, for those who want its help or its completion. */
  public static CommandLine commandLine(List<Object> commands) {
    CommandLine pi = new CommandLine(new Pi());
    commands.forEach(pi::addSubcommand);
    pi.setUsageHelpAutoWidth(true);
    pi.setParameterExceptionHandler(Errors::wrongUsage);
    pi.setExecutionExceptionHandler(Errors::failed);
    return pi;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
