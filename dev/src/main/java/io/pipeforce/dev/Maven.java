package io.pipeforce.dev;

import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The user's Maven, with the JDK that we run on. */
final class Maven {
  private Maven() {}

  /**
   * Runs it in a folder.
   *
   * @param failure what a failure means; Maven's own words follow
   * @throws CommandFailedException when it fails, or is not there
   */
  static void run(Path folder, String failure, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("mvn", "-q", "-B"));
    // Maven reads MAVEN_ARGS by itself from 3.9 on; there, what is said twice counts once.
    Stream.of(Objects.requireNonNullElse(System.getenv("MAVEN_ARGS"), "").split(" ", -1))
        .filter(argument -> !argument.isEmpty())
        .forEach(command::add);
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home", ""));
    Process maven = start(builder);
    maven.getOutputStream().close();
    String said = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (maven.waitFor() != 0) {
        throw new CommandFailedException(
            ExitCode.FAILED, failure + System.lineSeparator() + said.strip());
      }
    } catch (InterruptedException e) {
      maven.destroy();
      throw e;
    }
  }

  private static Process start(ProcessBuilder maven) {
    try {
      return maven.start();
    } catch (IOException e) {
      throw new CommandFailedException(
          ExitCode.MISSING,
          "no Maven on the PATH; install it (Debian, Ubuntu: sudo apt-get install maven)",
          e);
    }
  }
}
