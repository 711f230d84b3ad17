package io.pipeforce.hub.reference;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.Kind;
import io.pipeforce.hub.pipeline.Parameters;
import io.pipeforce.hub.pipeline.Parameters.Parameter;
import java.util.List;
import java.util.Optional;

/** All commands with their parameters, as programs read them. */
public final class Catalogue {
  private Catalogue() {}

  /** A command. */
  public record Entry(String name, String about, List<Value> parameters) {}

  /**
   * A parameter.
   *
   * @param type what it can be, for people
   * @param choices all that it can be, when that is a few words
   * @param fallback what it is when it is not given, as it would be typed
   */
  public record Value(
      String name,
      String type,
      List<String> choices,
      boolean required,
      Optional<String> fallback,
      String about) {}

  /** In the order of the commands and of their records. */
  public static List<Entry> of(List<Command<?>> commands) {
    return commands.stream().map(Catalogue::entry).toList();
  }

  private static Entry entry(Command<?> command) {
    List<Value> parameters =
        Parameters.of(command.arguments()).all().stream().map(Catalogue::value).toList();
    return new Entry(command.name(), command.about(), parameters);
  }

  private static Value value(Parameter parameter) {
    List<String> choices =
        parameter.kind() instanceof Kind.Choice(List<?> constants)
            ? constants.stream().map(Object::toString).toList()
            : List.of();
    return new Value(
        parameter.name(),
        parameter.kind().described(),
        choices,
        parameter.required(),
        parameter.fallback(),
        parameter.about());
  }
}
