package io.pipeforce.dev;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One process of the service. Its output goes to ours, byte for byte but the line that is for us.
 */
final class ServiceChild {
  private static final Set<String> OTHER_BROKER_NAMES =
      Set.of(
          "PIPEFORCE_MESSAGING_HOST",
          "PIPEFORCE_MESSAGING_PORT",
          "PIPEFORCE_MESSAGING_USERNAME",
          "PIPEFORCE_MESSAGING_PASSWORD");

  private final Process process;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  private ServiceChild(Process process) {
    this.process = process;
  }

  /** Starts it. Its standard input stays open as long as this process lives. */
  static ServiceChild start(
      List<String> command, Map<String, String> environment, Path folder, OutputStream out)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    // What names a broker in other words would win over ours.
    builder.environment().keySet().removeIf(name -> OTHER_BROKER_NAMES.contains(name));
    builder.environment().putAll(environment);
    ServiceChild child = new ServiceChild(builder.start());
    // No virtual thread: one that waits for a pipe occupies a core for virtual threads, and the JDK
    // makes up for that only until its spare thread has idled for a minute. The broker needs them.
    Thread.ofPlatform().daemon().name("pi-service-output").start(() -> child.forward(out));
    return child;
  }

  /** Completed with what the service says of itself when it would handle a message. */
  CompletableFuture<String> ready() {
    return ready;
  }

  /** Completed with the exit code when it has ended. */
  CompletableFuture<Integer> ended() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /**
   * Tells it to stop and waits for it; a service that still is busy after this time is killed, and
   * the broker delivers what it was working on again.
   *
   * @return whether it ended by itself
   */
  boolean stop(Duration patience) throws InterruptedException {
    process.destroy();
    boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      process.destroyForcibly();
      process.waitFor();
    }
    return ended;
  }

  private void forward(OutputStream out) {
    try (InputStream in = process.getInputStream()) {
      ReadyLine.pass(in, out, ready::complete);
    } catch (IOException e) {
      // The process ended while its output was read, or nobody reads ours any more.
    }
  }
}
