package io.pipeforce.chaos;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of its own; its standard error goes to a file, its standard output is read line by line.
 */
final class Child {
  private final String name;
  private final Path log;
  private final Process process;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private Child(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    // None must outlive this program, however it ends.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(lines::add));
  }

  static Child start(
      String name,
      Path folder,
      Map<String, String> environment,
      String memory,
      String main,
      List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-Xmx" + memory);
    command.add("-Dlogback.configurationFile=chaos-logback.xml");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main);
    command.addAll(arguments);
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().putAll(environment);
    return new Child(name, log, builder.start());
  }

  String name() {
    return name;
  }

  /** Its standard error. */
  Path log() {
    return log;
  }

  /** Waits for a line that begins like this. */
  String awaitLine(String prefix, Duration patience) throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      @Nullable String line = lines.poll(100, TimeUnit.MILLISECONDS);
      if (line != null && line.startsWith(prefix)) {
        return line;
      }
      if (line == null && !process.isAlive()) {
        throw new TimeoutException(
            name
                + " ended with "
                + process.exitValue()
                + " instead of saying '"
                + prefix
                + "'; "
                + log);
      }
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException(
            name + " did not say '" + prefix + "' within " + patience.toSeconds() + " s; " + log);
      }
    }
  }

  /** Says something to its standard input. */
  void say(String line) {
    BufferedWriter out = process.outputWriter();
    try {
      out.write(line + "\n");
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int exitValue() {
    return process.exitValue();
  }

  boolean awaitEnd(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM alone: {@code Process.destroy} also closes the standard input, which ends some. */
  void terminate() {
    process.toHandle().destroy();
  }

  void freeze() throws IOException, InterruptedException {
    signal("STOP", process.pid());
  }

  void thaw() throws IOException, InterruptedException {
    signal("CONT", process.pid());
  }

  /** The process may be gone by then. */
  static void signal(String signal, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
