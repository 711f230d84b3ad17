package io.pipeforce.chaos;

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

/** A RabbitMQ node, or the three of a cluster, of {@code dev/brokers}. */
final class RabbitBroker implements BrokerControl {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String CLUSTER = "cluster";

  /** Makes the node that is asked the leader of all quorum queues. */
  private static final String LEAD =
      "[rabbit_quorum_queue:transfer_leadership(Q, node())"
          + " || Q <- rabbit_amqqueue:list(), amqqueue:get_type(Q) =:= rabbit_quorum_queue].";

  private final Path clone;
  private final String version;
  private final List<Properties> nodes = new ArrayList<>();

  /**
   * @param version as {@code dev/brokers} names it
   */
  RabbitBroker(Path clone, String version) throws IOException {
    this.clone = clone;
    this.version = version;
    List<String> names =
        version.equals(CLUSTER) ? List.of("cluster-1", "cluster-2", "cluster-3") : List.of(version);
    for (String name : names) {
      Path file = clone.resolve(".pi/brokers/rabbitmq-" + name + ".properties");
      if (!Files.exists(file)) {
        throw new IOException("RabbitMQ " + version + " is not up; run: dev/brokers up " + version);
      }
      nodes.add(properties(file));
    }
  }

  private static Properties properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(in);
    }
    return properties;
  }

  private List<URI> uris(String name) {
    return nodes.stream().map(node -> URI.create(node.getProperty(name))).toList();
  }

  @Override
  public String name() {
    return "rabbitmq-" + version;
  }

  @Override
  public List<URI> amqp() {
    return uris("amqp");
  }

  @Override
  public List<URI> management() {
    return uris("management");
  }

  @Override
  public Set<FaultKind> faults() {
    Set<FaultKind> all = EnumSet.allOf(FaultKind.class);
    all.removeAll(
        nodes.size() == 1
            ? EnumSet.of(FaultKind.KILL_NODE, FaultKind.MOVE_LEADER)
            : EnumSet.of(FaultKind.RESTART_BROKER, FaultKind.KILL_BROKER));
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

  /** Of a cluster, the first node. */
  @Override
  public void freeze() throws IOException, InterruptedException {
    Child.signal("STOP", pid());
  }

  @Override
  public void thaw() throws IOException, InterruptedException {
    Child.signal("CONT", pid());
  }

  private long pid() throws IOException {
    String name = version.equals(CLUSTER) ? "cluster-1" : version;
    Path file = clone.resolve(".pi/brokers/rabbitmq-" + name + ".properties");
    return Long.parseLong(properties(file).getProperty("pid"));
  }

  @Override
  public void memoryAlarm(boolean on) throws IOException, InterruptedException {
    if (on) {
      ctl(0, "set_vm_memory_high_watermark", "absolute", "1");
    } else {
      ctl(0, "set_vm_memory_high_watermark", "0.4");
    }
  }

  @Override
  public void diskAlarm(boolean on) throws IOException, InterruptedException {
    ctl(0, "set_disk_free_limit", on ? "900000000000000" : "50000000");
  }

  @Override
  public int nodes() {
    return nodes.size();
  }

  @Override
  public void killNode(int node) throws IOException, InterruptedException {
    script("kill", CLUSTER, Integer.toString(node + 1));
  }

  @Override
  public void startNode(int node) throws IOException, InterruptedException {
    script("start", CLUSTER, Integer.toString(node + 1));
  }

  @Override
  public void moveLeaders(int node) throws IOException, InterruptedException {
    ctl(node, "eval", LEAD);
  }

  private void ctl(int node, String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("ctl"));
    all.addAll(
        version.equals(CLUSTER) ? List.of(CLUSTER, Integer.toString(node + 1)) : List.of(version));
    all.addAll(List.of(arguments));
    script(all.toArray(String[]::new));
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
