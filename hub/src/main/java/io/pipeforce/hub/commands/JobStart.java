package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.Platform.PullSecret;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code service.job.start}. */
final class JobStart implements Command<JobStart.Arguments> {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(30);

  private final Platform platform;

  JobStart(Platform platform) {
    this.platform = platform;
  }

  record Arguments(
      @Param("Name of the job; no two have the same.") String name,
      @Param("Image that it runs.") String image,
      @Param(value = "When the image is fetched from its registry.", or = "Always")
          PullPolicy imagePullPolicy,
      @Param("Login for the registry.") Optional<String> imagePullSecret,
      @Param("Environment variables, besides those of the image.")
          Optional<Map<String, String>> env,
      @Param("What is run in place of the image's entry point.") Optional<List<String>> command,
      @Param("Arguments in place of the image's own.") Optional<List<String>> args,
      @Param(value = "Whether a job of this name is stopped and forgotten first.", or = "false")
          boolean replace,
      @Param(
              value =
                  "Whether to wait for its end, 30 minutes at most, and answer its output. No"
                      + " other job starts meanwhile.",
              or = "false",
              name = "wait")
          boolean waits) {}

  @Override
  public String name() {
    return "service.job.start";
  }

  @Override
  public String about() {
    return "Runs an image once.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) throws InterruptedException {
    try {
      JobSpec spec =
          new JobSpec(
              arguments.name(),
              new Workload(
                  arguments.image(),
                  arguments.imagePullPolicy(),
                  arguments.env().orElse(Map.of()),
                  arguments.command().orElse(List.of()),
                  arguments.args().orElse(List.of())));
      JobStatus started =
          platform.startJob(
              spec,
              arguments.imagePullSecret().map(PullSecret::new),
              arguments.replace(),
              arguments.waits());
      return Outcome.body(arguments.waits() ? output(arguments.name()) : Statuses.job(started));
    } catch (PlatformException | IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private String output(String name) throws InterruptedException {
    JobStatus ended = platform.awaitJob(name, LONGEST_WAIT);
    return switch (ended.state()) {
      case SUCCEEDED -> JobLogs.output(platform, name);
      case FAILED, STOPPED ->
          throw new CommandException(
              "the job %s %s%s; its output:%n%s"
                  .formatted(
                      name,
                      ended
                          .exitCode()
                          .map(code -> "ended with exit code " + code)
                          .orElseGet(() -> ended.state().toString()),
                      ended.why().map(why -> " (" + why + ")").orElse(""),
                      JobLogs.output(platform, name)));
      case RUNNING ->
          throw new CommandException(
              "the job %s still runs after %d minutes; it goes on: see service.job.status and service.job.logs"
                  .formatted(name, LONGEST_WAIT.toMinutes()));
    };
  }
}
