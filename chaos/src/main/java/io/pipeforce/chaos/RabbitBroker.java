package io.pipeforce.chaos;

import io.pipeforce.test.internal.TestBroker;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A RabbitMQ node of {@code dev/brokers}. */
final class RabbitBroker implements BrokerControl {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path clone;
  private final TestBroker broker;
  private final String version;

  RabbitBroker(Path clone, TestBroker broker) {
    this.clone = clone;
    this.broker = broker;
    this.version = broker.name().substring(broker.name().indexOf('-') + 1);
  }

  @Override
  public String name() {
    return broker.name();
  }

  @Override
  public URI amqp() {
    return broker.uri();
  }

  @Override
  public URI management() {
    return broker.management().orElseThrow();
  }

  @Override
  public Set<FaultKind> faults() {
    Set<FaultKind> all = EnumSet.allOf(FaultKind.class);
    all.removeAll(EnumSet.of(FaultKind.KILL_NODE, FaultKind.MOVE_LEADER));
    return all;
  }

  @Override
  public void restart() throws IOException, InterruptedException {
    script("stop", version);
    script("start", version);
  }

  @Override
  public void killAndStart() throws IOException, InterruptedException {
    script("kill", version);
    script("start", version);
  }

  @Override
  public void freeze() throws IOException, InterruptedException {
    Child.signal("STOP", pid());
  }

  @Override
  public void thaw() throws IOException, InterruptedException {
    Child.signal("CONT", pid());
  }

  private long pid() throws IOException {
    Properties properties = new Properties();
    try (var in =
        Files.newBufferedReader(
            clone.resolve(".pi/brokers/" + broker.name() + ".properties"),
            StandardCharsets.UTF_8)) {
      properties.load(in);
    }
    return Long.parseLong(properties.getProperty("pid"));
  }

  @Override
  public void memoryAlarm(boolean on) throws IOException, InterruptedException {
    if (on) {
      script("ctl", version, "set_vm_memory_high_watermark", "absolute", "1");
    } else {
      script("ctl", version, "set_vm_memory_high_watermark", "0.4");
    }
  }

  @Override
  public void diskAlarm(boolean on) throws IOException, InterruptedException {
    script("ctl", version, "set_disk_free_limit", on ? "900000000000000" : "50000000");
  }

  @Override
  public int nodes() {
    return 1;
  }

  @Override
  public void killNode(int node) {
    throw new UnsupportedOperationException("one node is no cluster");
  }

  @Override
  public void startNode(int node) {
    throw new UnsupportedOperationException("one node is no cluster");
  }

  @Override
  public void moveLeaders() {
    throw new UnsupportedOperationException("one node is no cluster");
  }

  private void script(String... arguments) throws IOException, InterruptedException {
    Script.run(clone, PATIENCE, arguments);
  }

  @Override
  public void close() {}

  /** The script {@code dev/brokers}. */
  static final class Script {
    private Script() {}

    static String run(Path clone, Duration patience, String... arguments)
        throws IOException, InterruptedException {
      List<String> command = new ArrayList<>();
      command.add(clone.resolve("dev/brokers").toString());
      command.addAll(List.of(arguments));
      Path output = Files.createTempFile("chaos-brokers", ".log");
      try {
        // A file: nodes that are started inherit it, and would keep a pipe open.
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
        String said = Files.readString(output);
        if (!ended || process.exitValue() != 0) {
          process.destroyForcibly();
          throw new IOException(String.join(" ", command) + " failed: " + said.strip());
        }
        return said;
      } finally {
        Files.delete(output);
      }
    }
  }
}
