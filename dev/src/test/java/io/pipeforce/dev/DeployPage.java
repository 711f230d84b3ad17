package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * docs/deploy.md, followed in a service project that is there and whose image is built.
 *
 * @param shell runs a command, which succeeds, and answers what it printed
 */
record DeployPage(Path project, Shell shell) {
  private static final Path PAGE = PiProcess.HOME.resolve("docs/deploy.md");
  private static final Pattern NAMED =
      Pattern.compile("`([a-z]+\\.yaml)`[^`]*```yaml\n(.*?)```", Pattern.DOTALL);
  private static final List<String> DONE =
      List.of("pi dev", "pi new shop", "cd shop", "pi image build");

  /** Runs commands. */
  @FunctionalInterface
  interface Shell {
    String run(Path where, String command) throws Exception;
  }

  /**
   * Runs its commands one after the other, and looks at what they print and do.
   *
   * @param here puts the addresses of this place into a command
   */
  void follow(UnaryOperator<String> here) throws Exception {
    Matcher pipelines = NAMED.matcher(Files.readString(PAGE));
    while (pipelines.find()) {
      Files.writeString(project.resolve(pipelines.group(1)), pipelines.group(2));
    }
    List<String> commands = Commands.of(PAGE);
    assertThat(commands).containsAll(DONE).contains("pi pipeline tests.yaml");
    for (String command : commands) {
      if (!DONE.contains(command)) {
        check(command, shell.run(project, here.apply(command)));
      }
    }
  }

  private void check(String command, String output) {
    switch (command) {
      case "pi logs shop" -> awaitLog("GREETING CALLED. BODY: {\"hello\":\"world\"}");
      case "pi pipeline tests.yaml" ->
          assertThat(output)
              .contains("an_event_reaches_the_greeting")
              .contains("1 tests successful");
      case "pi command service.job.status name=myintegrationtest-run1" ->
          assertThat(output).contains("succeeded");
      case "pi command service.status name=shop format=compact" ->
          assertThat(output).contains("running").contains("2/2");
      default -> {
        if (command.startsWith("curl -fsS -d")) {
          awaitLog("GREETING CALLED. BODY: {\"from\":\"the web\"}");
        }
      }
    }
  }

  private void awaitLog(String line) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> shell.run(project, "pi logs shop").contains(line));
  }
}
