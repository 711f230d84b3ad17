package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandCall;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.reference.HelpText;
import java.util.List;
import java.util.Optional;

/** {@code help}. */
final class Help implements Command<Help.Arguments> {
  private final List<Command<?>> commands;

  /**
   * @param commands the others
   */
  Help(List<Command<?>> commands) {
    this.commands = commands;
  }

  record Arguments(@Param("A command; when missing, all of them.") Optional<String> name) {}

  @Override
  public String name() {
    return "help";
  }

  @Override
  public String about() {
    return "Tells what commands there are, or what one takes.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    if (arguments.name().isEmpty()) {
      return Outcome.body(HelpText.all(commands));
    }
    String name = arguments.name().get();
    return CommandCall.find(name, commands)
        .map(command -> Outcome.body(HelpText.of(command)))
        .orElseThrow(() -> new CommandException(CommandCall.unknown(name, commands)));
  }
}
