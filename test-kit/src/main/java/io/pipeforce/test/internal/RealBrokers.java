package io.pipeforce.test.internal;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The RabbitMQ nodes that {@code dev/brokers up} started for this clone.
 *
 * <p>They are looked for in {@code .pi/brokers} of the working directory and of the folders above
 * it, up to the root of the clone. A node that does not answer is absent. The environment variable
 * {@code PI_REQUIRE}, a comma-separated list such as {@code rabbitmq-3.10,rabbitmq-4.0}, turns an
 * absent one into a failure.
 */
public final class RealBrokers {

  /** Every real broker that tests know, by the names that {@code PI_REQUIRE} takes. */
  public static final List<String> KNOWN = List.of("rabbitmq-3.10", "rabbitmq-4.0", "rabbitmq-4.3");

  /** Started by the first test that asks for it. */
  private static final class DevBroker {
    static final TestBroker RUNNING = start();

    private static TestBroker start() {
      Broker broker = Broker.start(BrokerOptions.local().withManagementPort(0));
      return new TestBroker("dev", broker.uri(), broker.managementUri());
    }
  }

  private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  private static final int METHOD_FRAME = 1;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  private final List<TestBroker> present;

  private RealBrokers(List<TestBroker> present) {
    this.present = present;
  }

  /**
   * The nodes that answer now, oldest version first.
   *
   * @throws AssertionError when {@code PI_REQUIRE} names one that is absent or unknown
   */
  public static Stream<TestBroker> present() {
    RealBrokers found = find(Path.of("").toAbsolutePath());
    found.require(System.getenv().getOrDefault("PI_REQUIRE", ""));
    return found.present.stream();
  }

  /**
   * The dev broker, which runs in this JVM until its end, and the {@linkplain #present() real
   * ones}.
   *
   * @throws AssertionError when {@code PI_REQUIRE} names one that is absent or unknown
   */
  public static Stream<TestBroker> all() {
    return Stream.concat(Stream.of(DevBroker.RUNNING), present());
  }

  /** One line that tells with which real brokers the tests run and which are absent. */
  public static String describe() {
    return find(Path.of("").toAbsolutePath()).description();
  }

  static RealBrokers find(Path from) {
    List<TestBroker> present = new ArrayList<>();
    for (String name : KNOWN) {
      read(from, name).filter(RealBrokers::answers).ifPresent(present::add);
    }
    return new RealBrokers(List.copyOf(present));
  }

  List<TestBroker> brokers() {
    return present;
  }

  void require(String names) {
    List<String> problems = new ArrayList<>();
    for (String name : names.split(",", -1)) {
      String part = name.strip();
      if (part.isEmpty() || has(part)) {
        continue;
      }
      problems.add(
          KNOWN.contains(part)
              ? part + " is required by PI_REQUIRE and absent; run: " + remedy(part)
              : "PI_REQUIRE names '" + part + "', which no test knows; known are " + KNOWN);
    }
    if (!problems.isEmpty()) {
      throw new AssertionError(String.join(System.lineSeparator(), problems));
    }
  }

  String description() {
    String with = present.stream().map(TestBroker::name).collect(Collectors.joining(", "));
    List<String> absent = KNOWN.stream().filter(name -> !has(name)).toList();
    return "real parts: "
        + (with.isEmpty() ? "none" : with)
        + (absent.isEmpty()
            ? ""
            : "; absent: "
                + String.join(", ", absent)
                + " (dev/brokers up "
                + absent.stream().map(RealBrokers::version).collect(Collectors.joining(" "))
                + ")");
  }

  private boolean has(String name) {
    return present.stream().anyMatch(broker -> broker.name().equals(name));
  }

  private static String remedy(String name) {
    return "dev/brokers up " + version(name);
  }

  private static String version(String name) {
    return name.substring(name.indexOf('-') + 1);
  }

  private static Optional<TestBroker> read(Path from, String name) {
    for (Path folder = from; folder != null; folder = folder.getParent()) {
      Path file = folder.resolve(".pi/brokers/" + name + ".properties");
      if (Files.exists(file)) {
        return Optional.of(parse(file, name));
      }
      if (Files.exists(folder.resolve(".git"))) {
        break;
      }
    }
    return Optional.empty();
  }

  private static TestBroker parse(Path file, String name) {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (IOException e) {
      throw new AssertionError("Cannot read " + file + "; run: " + remedy(name), e);
    }
    String amqp = properties.getProperty("amqp");
    if (amqp == null) {
      throw new AssertionError(file + " has no line amqp=…; run: " + remedy(name));
    }
    return new TestBroker(
        name,
        URI.create(amqp),
        Optional.ofNullable(properties.getProperty("management")).map(URI::create));
  }

  /** Another program may have taken the port since, so an open port is not enough. */
  private static boolean answers(TestBroker broker) {
    int patience = Math.toIntExact(ANSWER_WITHIN.toMillis());
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(broker.uri().getHost(), broker.uri().getPort()), patience);
      socket.setSoTimeout(patience);
      socket.getOutputStream().write(PROTOCOL_HEADER);
      return socket.getInputStream().read() == METHOD_FRAME;
    } catch (IOException e) {
      return false;
    }
  }
}
