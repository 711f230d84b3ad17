package io.pipeforce.hub.pipeline;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A command that is called by itself, without a pipeline. */
public final class CommandCall {
  private CommandCall() {}

  /** The command of this name. */
  public static Optional<Command<?>> find(String name, List<Command<?>> commands) {
    for (Command<?> command : commands) {
      if (command.name().equals(name)) {
        return Optional.of(command);
      }
    }
    return Optional.empty();
  }

  /** What to say when there is no such command. */
  public static String unknown(String name, List<Command<?>> commands) {
    return "unknown command '"
        + name
        + "'"
        + Similar.to(name, commands.stream().map(Command::name).toList())
            .map(meant -> "; did you mean " + meant + "?")
            .orElse("");
  }

  /**
   * Runs it.
   *
   * @param values its parameters by name
   * @throws CommandException when a parameter is wrong, or when it fails
   */
  public static <A extends Record> Outcome run(
      Command<A> command, Map<String, ? extends @Nullable Object> values, Scope scope)
      throws InterruptedException {
    Parameters<A> parameters = Parameters.of(command.arguments());
    for (String name : values.keySet()) {
      if (parameters.find(name).isEmpty()) {
        throw new CommandException(
            "unknown parameter '%s' of %s%s (there are: %s)"
                .formatted(
                    name,
                    command.name(),
                    Similar.to(name, parameters.names())
                        .map(meant -> "; did you mean " + meant + "?")
                        .orElse(""),
                    String.join(", ", parameters.names())));
      }
    }
    try {
      return command.run(parameters.bind(values), scope);
    } catch (UncheckedIOException e) {
      // A full disk, for example; its message names the file.
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
