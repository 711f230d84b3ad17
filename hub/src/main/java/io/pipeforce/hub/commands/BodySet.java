package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.Given;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;

/** {@code body.set}. */
final class BodySet implements Command<BodySet.Arguments> {
  record Arguments(@Param("The new body; when missing, the body becomes null.") Given value) {}

  @Override
  public String name() {
    return "body.set";
  }

  @Override
  public String about() {
    return "Makes a value the body.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    return Outcome.body(arguments.value().orElse(null));
  }
}
