package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.Given;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;

/** {@code set}. */
final class Set implements Command<Set.Arguments> {
  record Arguments(
      @Param("Name of the variable.") String var,
      @Param("Its value; when missing, the body.") Given value) {}

  @Override
  public String name() {
    return "set";
  }

  @Override
  public String about() {
    return "Gives a variable a value.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    scope.var(arguments.var(), arguments.value().orElse(scope.body()));
    return Outcome.UNCHANGED;
  }
}
