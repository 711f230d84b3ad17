package io.pipeforce.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A running peer: what its meter says, and what the kernel says about it. */
final class PeerProcess implements AutoCloseable {
  private static final int KEPT_LINES = 60;

  private final Process process;
  private final long startedAt;
  private final Thread reader;
  private final Deque<String> lines = new ArrayDeque<>();
  private final CompletableFuture<Long> first = new CompletableFuture<>();
  private final CompletableFuture<Done> done = new CompletableFuture<>();

  /**
   * What the meter counted.
   *
   * @param time from the last warm-up message to the last of all
   * @param cpu of the process, in this time
   * @param checksum the sum of all totals
   * @param sinceStart from before the process was started to the last message of all
   */
  record Done(Duration time, Duration cpu, long checksum, Duration sinceStart) {}

  private PeerProcess(Process process, long startedAt) {
    this.process = process;
    this.startedAt = startedAt;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  static PeerProcess start(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    long now = System.nanoTime();
    try {
      return new PeerProcess(builder.start(), now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        understand(line);
      }
    } catch (IOException e) {
      // The process was ended; what matters was read, or is reported as missing below.
    }
    IllegalStateException ended = new IllegalStateException("the process ended too early");
    first.completeExceptionally(ended);
    done.completeExceptionally(ended);
  }

  private void understand(String line) {
    synchronized (lines) {
      lines.add(line);
      if (lines.size() > KEPT_LINES) {
        lines.remove();
      }
    }
    String[] words = line.split(" ", -1);
    if (words.length < 2 || !words[0].equals("BENCH")) {
      return;
    }
    switch (words[1]) {
      case "first" -> first.complete(Long.parseLong(words[2]) - startedAt);
      case "done" ->
          done.complete(
              new Done(
                  Duration.ofNanos(Long.parseLong(words[2])),
                  // The kernel reports in units of 10 ms on every Linux that runs Java.
                  Duration.ofMillis(10 * Long.parseLong(words[3])),
                  Long.parseLong(words[4]),
                  Duration.ofNanos(Long.parseLong(words[5]) - startedAt)));
      default -> done.completeExceptionally(new IllegalStateException(line));
    }
  }

  /** Waits for the first handled message; answers the time from before the process was started. */
  Duration first(Duration patience) throws InterruptedException {
    return Duration.ofNanos(await(first, patience, "handle its first message"));
  }

  /** Waits for the last message. */
  Done done(Duration patience) throws InterruptedException {
    return await(done, patience, "finish");
  }

  boolean running() {
    return process.isAlive() && !done.isDone();
  }

  private <T> T await(CompletableFuture<T> what, Duration patience, String verb)
      throws InterruptedException {
    try {
      return what.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new MeasurementException(
          "it did not " + verb + " within " + patience.toSeconds() + " s: " + e + output(), e);
    }
  }

  private String output() {
    synchronized (lines) {
      return "\n  " + String.join("\n  ", lines);
    }
  }

  /** A value of {@code /proc/<pid>/status} in MiB: {@code VmRSS} now, {@code VmHWM} at most. */
  double memory(String name) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith(name + ":")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("no " + name + " in /proc/" + process.pid() + "/status");
  }

  /** Ends it as Kubernetes would, and waits for its end. */
  @Override
  public void close() {
    process.toHandle().destroy(); // Process.destroy would close its output, too.
    try {
      // A recorded AOT cache is written now.
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      reader.join();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
