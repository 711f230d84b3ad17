package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.PlatformException;

/** {@code service.job.stop}. */
final class JobStop implements Command<JobStop.Arguments> {
  private final Platform platform;

  JobStop(Platform platform) {
    this.platform = platform;
  }

  record Arguments(@Param("Name of the job.") String name) {}

  @Override
  public String name() {
    return "service.job.stop";
  }

  @Override
  public String about() {
    return "Ends a job that runs and answers how it is; its output stays.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) throws InterruptedException {
    try {
      return Outcome.body(Statuses.job(platform.stopJob(arguments.name())));
    } catch (PlatformException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
