package io.pipeforce.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/** A broker with a data folder in a JVM of its own, which can be killed. */
final class BrokerProcess implements AutoCloseable {
  private final Process process;
  private final URI uri;

  BrokerProcess(Path data) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName(),
                data.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    while (line != null && !line.startsWith("ready: ")) {
      line = lines.readLine();
    }
    uri = URI.create(Objects.requireNonNull(line, "the broker did not start").substring(7));
  }

  /** The program. It ends with whoever started it. */
  public static void main(String[] arguments) throws IOException {
    Broker broker = Broker.start(BrokerOptions.local().withData(Path.of(arguments[0])));
    System.out.println("ready: " + broker.uri());
    while (System.in.read() >= 0) {}
    Runtime.getRuntime().halt(1);
  }

  URI uri() {
    return uri;
  }

  /** SIGKILL. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
