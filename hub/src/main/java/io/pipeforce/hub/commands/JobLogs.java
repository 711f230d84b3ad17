package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.platform.Logs;
import io.pipeforce.hub.platform.Platform;
import java.io.IOException;

/** {@code service.job.logs}. */
final class JobLogs implements Command<JobLogs.Arguments> {
  /** What is before that is told to be there: a job may write more than fits into memory. */
  private static final int LONGEST = 4 << 20;

  private final Platform platform;

  JobLogs(Platform platform) {
    this.platform = platform;
  }

  record Arguments(@Param("Name of the job.") String name) {}

  @Override
  public String name() {
    return "service.job.logs";
  }

  @Override
  public String about() {
    return "Answers what a job has written, the last 4 MiB; pi logs gets all of it.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    return Outcome.body(output(platform, arguments.name()));
  }

  static String output(Platform platform, String name) {
    Logs logs =
        platform.jobLogs(name).orElseThrow(() -> new CommandException("there is no job " + name));
    try {
      Logs.Tail tail = logs.tail(LONGEST);
      return tail.left() == 0
          ? tail.text()
          : "… (%d octets before this: pi logs %s)%n%s".formatted(tail.left(), name, tail.text());
    } catch (IOException e) {
      throw new CommandException(
          "the output of the job %s cannot be read: %s".formatted(name, e.getMessage()), e);
    }
  }
}
