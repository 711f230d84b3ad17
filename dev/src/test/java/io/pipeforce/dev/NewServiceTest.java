package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.dev.PiProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A service that {@code pi new} has made stands on its own, and does what its README says. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class NewServiceTest {
  @TempDir private static Path folder;
  private static Path project;

  @BeforeAll
  static void makeAndBuildIt() throws Exception {
    Result made = PiProcess.run(folder, folder, "new", "order-service");
    assertThat(made.exit()).as(made.toString()).isZero();
    assertThat(made.out()).contains("Made the service order-service in " + folder);
    project = folder.resolve("order-service");

    Result built = shell("mvn -B verify");
    assertThat(built.exit()).as(built.toString()).isZero();
  }

  @Test
  void its_build_runs_unit_tests_linter_and_integration_test_and_reports_them() {
    assertThat(project.resolve("target/surefire-reports/TEST-service.HelloServiceTest.xml"))
        .exists();
    assertThat(project.resolve("target/surefire-reports/TEST-service.CodestyleTest.xml")).exists();
    assertThat(project.resolve("target/failsafe-reports/TEST-service.HelloServiceIT.xml")).exists();
  }

  @Test
  void it_is_a_thin_jar_with_its_libraries_beside_it() throws IOException {
    assertThat(Files.size(project.resolve("target/order-service.jar"))).isLessThan(20_000);
    assertThat(project.resolve("target/lib").toFile().list())
        .anyMatch(name -> name.startsWith("pipeforce-sdk-"))
        .noneMatch(name -> name.startsWith("junit"));
  }

  @Test
  void the_commands_of_its_readme_work_one_after_the_other() throws Exception {
    List<String> commands = commandsOf(project.resolve("README.md"));
    assertThat(commands)
        .contains("pi dev", "mvn verify", "./run-service.sh", "./run-tests-all.sh")
        .contains("test/trigger-event.sh");

    List<PiProcess> running = new ArrayList<>();
    try {
      StringBuilder exports = new StringBuilder();
      for (String command : commands) {
        switch (command) {
          case "pi dev" ->
              running.add(start(command + " --port 0 --broker-port 0 --management-port 0"));
          case "./run-service.sh" -> {
            String broker = running.getFirst().wordAfter(", broker ");
            String variables = "export PIPEFORCE_HEALTH_PORT=0 PIPEFORCE_MESSAGE_BROKER=" + broker;
            running.add(start(exports + variables + "; exec " + command));
          }
          default -> {
            if (command.startsWith("export ")) {
              exports.append(command).append("; ");
            } else {
              Result result = shell(command.replace("mvn ", "mvn -B "));
              assertThat(result.exit()).as(command + "\n" + result).isZero();
            }
          }
        }
      }
      running.getFirst().awaitOut("GREETING CALLED. BODY: {\"hello\":\"world\"}\n");
    } finally {
      for (PiProcess process : running) {
        process.close();
      }
    }
  }

  @Test
  void its_readme_shows_the_handler_that_is_there() throws IOException {
    assertThat(Files.readString(project.resolve("README.md")))
        .contains(
            "```java\n"
                + Files.readString(project.resolve("src/main/java/service/HelloService.java"))
                + "```\n");
  }

  @Test
  void its_test_scripts_tell_of_a_failure_by_their_exit_code_and_write_junit_xml()
      throws Exception {
    Path scripts = folder.resolve("failing");
    copy(project, scripts);
    Files.writeString(scripts.resolve("checkstyle.xml"), "not a configuration");

    Result unit = shellIn(scripts, "./run-tests-unit.sh");
    Result all = shellIn(scripts, "./run-tests-all.sh");

    assertThat(unit.exit()).isEqualTo(1);
    assertThat(all.exit()).isEqualTo(1);
    assertThat(all.out()).contains("an_event_reaches_the_greeting");
    assertThat(Files.readString(scripts.resolve("target/test-reports/unit/TEST-junit-jupiter.xml")))
        .contains("failures=\"0\" errors=\"1\"");
  }

  @Test
  void its_linter_fails_the_build_when_a_rule_is_broken() throws Exception {
    Path broken = folder.resolve("broken");
    copy(project, broken);
    Path source = broken.resolve("src/main/java/service/HelloService.java");
    Files.writeString(source, Files.readString(source).replace("    System", "\tSystem"));

    Result byTest = shellIn(broken, "mvn -B test -Dtest=CodestyleTest");
    Result byHand = shellIn(broken, "mvn -B checkstyle:check");

    assertThat(byTest.exit()).isEqualTo(1);
    assertThat(byTest.out()).contains("HelloService.java:10: ").contains("tab");
    assertThat(byHand.exit()).isEqualTo(1);
    assertThat(byHand.out()).contains("HelloService.java:10").contains("tab");
  }

  private static PiProcess start(String command) throws IOException {
    PiProcess process =
        PiProcess.command(
            project,
            environment -> environment.put("XDG_CONFIG_HOME", folder.toString()),
            List.of(
                "sh", "-c", "exec 2>&1; " + (command.startsWith("pi") ? "exec " : "") + command));
    process.awaitOut("ready: ");
    return process;
  }

  private static Result shell(String command) throws IOException, InterruptedException {
    return shellIn(project, command);
  }

  private static Result shellIn(Path where, String command)
      throws IOException, InterruptedException {
    try (PiProcess process =
        PiProcess.command(
            where,
            environment -> environment.put("XDG_CONFIG_HOME", folder.toString()),
            List.of("sh", "-c", command))) {
      return process.result();
    }
  }

  /** The lines of its blocks of {@code sh}: those that work on any machine. */
  private static List<String> commandsOf(Path readme) throws IOException {
    String[] parts = Files.readString(readme).split("```", -1);
    return Arrays.stream(parts)
        .filter(part -> part.startsWith("sh\n"))
        .flatMap(part -> part.substring(3).lines())
        .toList();
  }

  private static void copy(Path from, Path to) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("cp", "-R", from.toString(), to.toString()).start().waitFor())
        .isZero();
  }
}
