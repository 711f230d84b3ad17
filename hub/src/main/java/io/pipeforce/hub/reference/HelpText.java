package io.pipeforce.hub.reference;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.reference.Catalogue.Entry;
import io.pipeforce.hub.reference.Catalogue.Value;
import java.util.List;
import java.util.stream.Collectors;

/** Help for people at a terminal. */
public final class HelpText {
  private HelpText() {}

  /** One line for each command. */
  public static String all(List<Command<?>> commands) {
    int width = commands.stream().mapToInt(command -> command.name().length()).max().orElse(0);
    return commands.stream()
            .map(command -> pad(command.name(), width) + "  " + command.about())
            .collect(Collectors.joining("\n"))
        + "\n\nMore about one: pi command help NAME";
  }

  /** A command with its parameters. */
  public static String of(Command<?> command) {
    Entry entry = Catalogue.of(List.of(command)).getFirst();
    int width =
        entry.parameters().stream().mapToInt(value -> value.name().length()).max().orElse(0);
    String parameters =
        entry.parameters().stream()
            .map(value ->
                "  %s  %s (%s)".formatted(pad(value.name(), width), value.about(), remark(value)))
            .collect(Collectors.joining("\n"));
    return entry.name() + ": " + entry.about() + (parameters.isEmpty() ? "" : "\n\n" + parameters);
  }

  private static String remark(Value value) {
    return value
        .fallback()
        .map(fallback -> value.type() + ", default " + fallback)
        .orElse(value.type() + (value.required() ? ", required" : ""));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
