package io.pipeforce.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pi test}; the script itself calls Maven, this is its help and its completion. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Builds the project and runs all of its tests: mvn verify, with a JDK that fits.",
      "Takes the service project in the current folder; elsewhere, pi's own repository."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi test",
      "  pi test -o -Dtest=HelloServiceTest",
      "",
      "Exit codes: 0 all tests passed, 1 one did not or the build failed, 3 no JDK or no Maven."
    })
final class TestCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ARG", description = "Arguments for Maven.")
  private List<String> arguments = List.of();

  @Override
  public Integer call() {
    throw new CommandFailedException(
        ExitCode.USAGE, "run the tests with the script pi: pi test " + String.join(" ", arguments));
  }
}
