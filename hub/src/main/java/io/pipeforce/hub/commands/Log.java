package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.Given;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.pipeline.Values;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** {@code log}. */
final class Log implements Command<Log.Arguments> {
  record Arguments(
      @Param("What to log; when missing, the body.") Given message,
      @Param(value = "How loud.", or = "INFO") Level level) {}

  @Override
  public String name() {
    return "log";
  }

  @Override
  public String about() {
    return "Writes a line to the log of the hub.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    Object message = arguments.message().orElse(scope.body());
    LoggerFactory.getLogger("pipeline").atLevel(arguments.level()).log(Values.text(message));
    return Outcome.UNCHANGED;
  }
}
