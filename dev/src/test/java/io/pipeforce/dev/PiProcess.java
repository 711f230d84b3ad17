package io.pipeforce.dev;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.core.ConditionTimeoutException;

/** The script {@code pi}, run as a person runs it: a process of its own. */
final class PiProcess implements AutoCloseable {
  /** The current folder of a test is its module's. */
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  /** Generous, for machines that do a lot at the same time; what is fast is waited for briefly. */
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  record Result(int exit, String out, String err) {}

  private final Process process;
  private final StringBuffer out = new StringBuffer();
  private final StringBuffer err = new StringBuffer();
  private final List<Thread> readers = new ArrayList<>();

  private PiProcess(Process process) {
    this.process = process;
    readers.add(reader(process.getInputStream(), out));
    readers.add(reader(process.getErrorStream(), err));
  }

  /** Starts {@code pi} in a folder; what it knows of the user is in {@code config}. */
  static PiProcess start(Path folder, Path config, String... args) throws IOException {
    return start(
        folder, environment -> environment.put("XDG_CONFIG_HOME", config.toString()), args);
  }

  static PiProcess start(Path folder, Consumer<Map<String, String>> changes, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(HOME.resolve("pi").toString());
    command.addAll(List.of(args));
    return command(folder, changes, command);
  }

  /** Starts another command, with {@code pi} on the PATH. */
  static PiProcess command(Path folder, Consumer<Map<String, String>> changes, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PIPEFORCE_"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", HOME + ":" + environment.get("PATH"));
    String repository = System.getProperty("maven.repo.local");
    if (repository != null) {
      environment.merge(
          "MAVEN_OPTS", "-Dmaven.repo.local=" + repository, (given, ours) -> given + " " + ours);
    }
    changes.accept(environment);
    return new PiProcess(builder.start());
  }

  /** Runs {@code pi} to its end. */
  static Result run(Path folder, Path config, String... args)
      throws IOException, InterruptedException {
    try (PiProcess pi = start(folder, config, args)) {
      return pi.result();
    }
  }

  /** On its standard input. */
  void type(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  Result result() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(PATIENCE.toSeconds() * 5, TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + this);
    }
    for (Thread reader : readers) {
      // A process that pi has left in the background may hold the stream open.
      reader.join(Duration.ofSeconds(5));
    }
    return new Result(process.exitValue(), out.toString(), err.toString());
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  void awaitOut(String text) {
    awaitText(out, text);
  }

  void awaitErr(String text) {
    awaitText(err, text);
  }

  private void awaitText(StringBuffer where, String text) {
    try {
      await().atMost(PATIENCE).until(() -> where.indexOf(text) >= 0 || !process.isAlive());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("'" + text + "' did not come in time; " + this, e);
    }
    if (where.indexOf(text) < 0) {
      throw new AssertionError("'" + text + "' did not come; " + this);
    }
  }

  /** What follows a text in the output, up to the next blank or comma. */
  String wordAfter(String text) {
    String rest = out.substring(out.indexOf(text) + text.length());
    return rest.split("[\\s,]", 2)[0];
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-s", name, Long.toString(process.pid())).start().waitFor();
  }

  private static Thread reader(InputStream stream, StringBuffer into) {
    // Not virtual: two that wait for pipes would keep a dev broker in this JVM from running.
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (stream) {
            byte[] buffer = new byte[8192];
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
              into.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
          } catch (IOException e) {
            // The process was ended.
          }
        });
  }

  @Override
  public void close() throws InterruptedException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public String toString() {
    return "output:\n" + out + "\nerrors:\n" + err;
  }
}
