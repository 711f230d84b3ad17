package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import java.time.Duration;

/** {@code wait}. */
final class Wait implements Command<Wait.Arguments> {
  record Arguments(
      @Param("How long: 500ms, 10s, 5m; a bare number is in seconds.") Duration time) {}

  @Override
  public String name() {
    return "wait";
  }

  @Override
  public String about() {
    return "Lets time pass.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) throws InterruptedException {
    Thread.sleep(arguments.time());
    return Outcome.UNCHANGED;
  }
}
