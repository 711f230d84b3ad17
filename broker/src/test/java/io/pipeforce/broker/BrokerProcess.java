package io.pipeforce.broker;

import io.pipeforce.broker.store.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A broker with a data folder in a JVM of its own, which can be killed. */
final class BrokerProcess implements AutoCloseable {
  private final Process process;
  private final URI uri;

  BrokerProcess(Path data) throws IOException {
    this(List.of(), data);
  }

  private BrokerProcess(List<String> prefix, Path data) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(BrokerProcess.class.getName(), data.toString()));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    while (line != null && !line.startsWith("ready: ")) {
      line = lines.readLine();
    }
    uri = URI.create(Objects.requireNonNull(line, "the broker did not start").substring(7));
  }

  /** None of its files can become larger: to it that is a full disk. */
  static BrokerProcess onSmallDisk(Path data, int kibibytes) throws IOException {
    String limited = "ulimit -f " + kibibytes + "; exec \"$@\"";
    return new BrokerProcess(List.of("bash", "-c", limited, "bash"), data);
  }

  /** The program. It ends with whoever started it, or with 3 when the broker has ended itself. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Broker broker = Broker.start(BrokerOptions.local().withData(Path.of(arguments[0])));
    System.out.println("ready: " + broker.uri());
    Thread.ofVirtual().start(() -> endWithStarter());
    try {
      broker.awaitClose();
    } catch (StoreException _) {
      System.exit(3);
    }
  }

  private static void endWithStarter() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException _) {
      // As good as the end.
    }
    Runtime.getRuntime().halt(1);
  }

  URI uri() {
    return uri;
  }

  /** Waits until it has ended by itself. */
  int exitValue() {
    return process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue();
  }

  /** SIGKILL. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
