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
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The RabbitMQ nodes that {@code dev/brokers up} started for this clone.
 *
 * <p>They are looked for in {@code .pi/brokers} of the working directory and of the folders above
 * it, up to the root of the clone. A node that does not answer is absent.
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

  static final Path HERE = Path.of("").toAbsolutePath();
  private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  private static final int METHOD_FRAME = 1;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  private RealBrokers() {}

  /**
   * The nodes that answer now, oldest version first.
   *
   * @throws AssertionError when {@code PI_REQUIRE} names one that is absent
   */
  public static Stream<TestBroker> present() {
    RealParts parts = RealParts.here();
    KNOWN.stream().filter(parts::isRequired).forEach(parts::assume);
    return KNOWN.stream().flatMap(name -> find(HERE, name).stream());
  }

  /**
   * The dev broker, which runs in this JVM until its end, and the {@linkplain #present() real
   * ones}.
   *
   * @throws AssertionError when {@code PI_REQUIRE} names one that is absent
   */
  public static Stream<TestBroker> all() {
    return Stream.concat(Stream.of(DevBroker.RUNNING), present());
  }

  static boolean isPresent(String name) {
    return find(HERE, name).isPresent();
  }

  static String remedy(String name) {
    return "dev/brokers up " + name.substring(name.indexOf('-') + 1);
  }

  static Optional<TestBroker> find(Path from, String name) {
    return read(from, name).filter(RealBrokers::answers);
  }

  private static Optional<TestBroker> read(Path from, String name) {
    return file(from, name).map(file -> parse(file, name));
  }

  static Optional<Path> file(Path from, String name) {
    return inClone(from, ".pi/brokers/" + name + ".properties");
  }

  /** A file of the folder or of those above it, up to the root of the clone. */
  static Optional<Path> inClone(Path from, String path) {
    for (Path folder = from; folder != null; folder = folder.getParent()) {
      Path file = folder.resolve(path);
      if (Files.exists(file)) {
        return Optional.of(file);
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
