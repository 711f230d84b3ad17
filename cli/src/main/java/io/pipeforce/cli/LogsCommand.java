package io.pipeforce.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pi logs}: what a service or a job has written. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Prints what a service or a job has written.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi logs shop",
      "  pi logs shop -f                what it writes from now on as well, until Ctrl-C",
      "",
      "With several instances, a line tells whose output follows.",
      "Which hub: that of --profile; else the one that PIPEFORCE_HUB_URL and",
      "PIPEFORCE_SECRET name; else that of PIPEFORCE_PROFILE; else that of the running",
      "pi dev or pi hub; else that of the last pi login.",
      "",
      "Exit codes: 0 all is printed, with -f: it has been stopped; 2 no such service",
      "or job, 3 no hub, 130 interrupted."
    })
final class LogsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The service, or else the job.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String name;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what it writes from now on.")
  private boolean follow;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "The hub of this pi login; dev and hub are the running pi dev and pi hub.")
  private @Nullable String profile;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (HubClient hub = HubClient.of(profile, System.getenv())) {
      hub.logs(name, follow, System.out);
    }
    return ExitCode.DONE.code();
  }
}
