package io.pipeforce.test.internal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The three RabbitMQ nodes that {@code dev/brokers up cluster} started for this clone. */
public final class RealCluster {

  /** By this name {@code PI_REQUIRE} asks for it. */
  public static final String NAME = "rabbitmq-cluster";

  private final List<TestBroker> nodes;
  private final Path brokers;

  private RealCluster(List<TestBroker> nodes, Path brokers) {
    this.nodes = nodes;
    this.brokers = brokers;
  }

  /**
   * The cluster with all its nodes; the test is skipped when one is absent.
   *
   * @throws AssertionError instead, when {@code PI_REQUIRE} names it
   */
  public static RealCluster assume() {
    RealParts.here().assume(NAME);
    Path file = RealBrokers.file(RealBrokers.HERE, NAME + "-1").orElseThrow();
    return new RealCluster(nodes().toList(), file.resolveSibling("../../dev/brokers").normalize());
  }

  static boolean isPresent() {
    return nodes().count() == 3;
  }

  private static Stream<TestBroker> nodes() {
    return Stream.of(1, 2, 3)
        .flatMap(number -> RealBrokers.find(RealBrokers.HERE, NAME + "-" + number).stream());
  }

  /** One of its nodes: 1, 2 or 3. */
  public TestBroker node(int number) {
    return nodes.get(number - 1);
  }

  /** These nodes as one address, as a service takes it. */
  public String address(int... numbers) {
    String userInfo = nodes.getFirst().uri().getRawUserInfo();
    List<String> hosts = new ArrayList<>();
    for (int number : numbers) {
      hosts.add(node(number).uri().getHost() + ":" + node(number).uri().getPort());
    }
    return "amqp://" + userInfo + "@" + String.join(",", hosts);
  }

  /** Ends a node as a crash would. */
  public void kill(int number) {
    run("kill", "cluster", Integer.toString(number));
  }

  /** Starts a node again and waits until it answers. */
  public void start(int number) {
    run("start", "cluster", Integer.toString(number));
  }

  /** Makes another node the leader of a quorum queue. */
  public void moveLeader(String queue, int to) {
    ctl(
        to,
        "eval",
        "{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"/\">>, queue, <<\"%s\">>)),"
                .formatted(queue)
            + " rabbit_quorum_queue:transfer_leadership(Q, node()).");
  }

  /** Runs rabbitmqctl at a node. */
  public String ctl(int number, String... arguments) {
    return run(
        Stream.concat(Stream.of("ctl", "cluster", Integer.toString(number)), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private String run(String... arguments) {
    List<String> command =
        Stream.concat(Stream.of(brokers.toString()), Stream.of(arguments))
            .collect(Collectors.toList());
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(3, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new AssertionError(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(String.join(" ", command) + " was interrupted", e);
    }
  }
}
