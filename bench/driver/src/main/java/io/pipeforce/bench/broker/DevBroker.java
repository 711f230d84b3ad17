package io.pipeforce.bench.broker;

import io.pipeforce.bench.MeasurementException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of the dev broker, from its start to its end. */
final class DevBroker implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready: (amqp://[^ ,]+)(?: (\\d+)|,.*)");
  private static final Pattern FLAGS = Pattern.compile("quick_start=\"(.*)\"");

  private final Process process;
  private final Subject subject;
  private final Duration untilReady;
  private final Duration insideMain;

  private DevBroker(Process process, URI uri, Duration untilReady, Duration insideMain) {
    this.process = process;
    this.subject = new Subject(Subject.DEV, uri, process.pid());
    this.untilReady = untilReady;
    this.insideMain = insideMain;
  }

  /** The broker alone, with the JVM flags that {@code pi broker} has. */
  static DevBroker start(Path home, String... arguments) {
    return start(home, List.of(), arguments);
  }

  /**
   * @param more flags for the JVM, beside those of {@code pi broker}
   */
  static DevBroker start(Path home, List<String> more, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags(home));
    command.addAll(more);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Program.class.getName());
    command.addAll(List.of(arguments));
    return launch(command);
  }

  /** As a user starts it: with the script and all that it does. */
  static DevBroker startByPi(Path home) {
    return launch(
        List.of(home.resolve("pi").toString(), "broker", "--port", "0", "--management-port", "0"));
  }

  /** Starts it once and waits for the AOT cache that this records in the background. */
  static void rehearse(Path home) throws InterruptedException {
    startByPi(home).close();
    Path cache = home.resolve("target/pi/broker.aot");
    for (int i = 0; i < 90 && !Files.exists(cache); i++) {
      TimeUnit.SECONDS.sleep(1);
    }
    if (!Files.exists(cache)) {
      throw new MeasurementException("no " + cache + " was recorded", null);
    }
  }

  /** Read from the script, so that they never differ. */
  static List<String> flags(Path home) {
    try {
      Matcher matcher = FLAGS.matcher(Files.readString(home.resolve("pi")));
      if (!matcher.find()) {
        throw new IllegalStateException("no quick_start in pi");
      }
      return Arrays.asList(matcher.group(1).split(" ", -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DevBroker launch(List<String> command) {
    long begin = System.nanoTime();
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher ready = READY.matcher(line);
        if (ready.matches()) {
          return new DevBroker(
              process,
              URI.create(ready.group(1)),
              Duration.ofNanos(System.nanoTime() - begin),
              Duration.ofNanos(ready.group(2) == null ? 0 : Long.parseLong(ready.group(2))));
        }
      }
      throw new MeasurementException("the dev broker did not start: " + command, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Subject subject() {
    return subject;
  }

  /** From before the process was started to its line that clients can connect. */
  Duration untilReady() {
    return untilReady;
  }

  /** From the first statement of {@code main}. */
  Duration insideMain() {
    return insideMain;
  }

  @Override
  public void close() {
    try {
      process.toHandle().destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
