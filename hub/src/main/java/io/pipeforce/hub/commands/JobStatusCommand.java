package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.platform.Platform;
import java.util.Optional;

/** {@code service.job.status}. */
final class JobStatusCommand implements Command<JobStatusCommand.Arguments> {
  private final Platform platform;

  JobStatusCommand(Platform platform) {
    this.platform = platform;
  }

  record Arguments(@Param("Name of the job; when missing, all of them.") Optional<String> name) {}

  @Override
  public String name() {
    return "service.job.status";
  }

  @Override
  public String about() {
    return "Tells how a job is, or how it ended.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    if (arguments.name().filter(name -> !name.isBlank()).isEmpty()) {
      return Outcome.body(platform.jobs().stream().map(Statuses::job).toList());
    }
    String name = arguments.name().get();
    return Outcome.body(
        platform
            .job(name)
            .map(Statuses::job)
            .orElseThrow(() -> new CommandException("there is no job " + name)));
  }
}
