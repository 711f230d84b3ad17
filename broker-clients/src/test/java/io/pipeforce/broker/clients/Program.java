package io.pipeforce.broker.clients;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A program in a process of its own, run to its end. */
final class Program {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /**
   * How it ended.
   *
   * @param output both standard output and standard error
   */
  record Result(int exit, String output) {}

  private Program() {}

  static Result run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    return run(command, environment, _ -> Optional.empty());
  }

  /** Hands over each line as it is printed; an answer goes to the program's standard input. */
  static Result run(
      List<String> command,
      Map<String, String> environment,
      Function<String, Optional<String>> onLine)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    // One that hangs ends here, and with it the output that is read below.
    CompletableFuture.delayedExecutor(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .execute(() -> end(process));
    StringBuilder output = new StringBuilder();
    try (BufferedReader lines = process.inputReader();
        BufferedWriter input = process.outputWriter()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.append(line).append('\n');
        Optional<String> answer = onLine.apply(line);
        if (answer.isPresent()) {
          input.write(answer.get() + "\n");
          input.flush();
        }
      }
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(command + " closed its output and did not end");
      }
    } finally {
      end(process);
    }
    return new Result(process.exitValue(), output.toString());
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
