package io.pipeforce.broker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.TestBroker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the tests of a class once per broker, each with a channel of its own on the broker's shared
 * connection. Names come from {@link #name}, and whatever carries one is deleted after the test.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("brokers")
@ExtendWith(ParityExtension.class)
abstract class Contract {

  static final Duration PATIENCE = Duration.ofSeconds(15);

  static final Date A_TIME = Date.from(Instant.ofEpochSecond(1_700_000_000L));

  private static final Map<TestBroker, Connection> SHARED = new ConcurrentHashMap<>();
  private static final AtomicInteger NAMES = new AtomicInteger();

  @Parameter TestBroker broker;

  Channel channel;

  private @Nullable Channel publisher;
  private boolean checkedAnotherVersion;
  private final Deque<String> names = new ArrayDeque<>();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  static Stream<TestBroker> brokers() {
    return RealBrokers.all();
  }

  @BeforeEach
  void open_a_channel() throws Exception {
    channel = newChannel();
  }

  @AfterEach
  void delete_what_the_test_made() throws Exception {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (AlreadyClosedException _) {
        // the test provoked the close
      }
    }
    try (Channel cleaner = shared().createChannel()) {
      for (String name : names) {
        cleaner.queueDeleteNoWait(name, false, false);
        cleaner.exchangeDeleteNoWait(name, false);
      }
    }
  }

  /** The behaviour of RabbitMQ 3.10, or that of 4.x, which the dev broker follows. */
  <T> T since4(T in4, T before) {
    return is310() ? before : in4;
  }

  /** Whether to check what 3.10 does; the test then needs a {@link Differs}. */
  boolean is310() {
    return is(Product.RABBITMQ_3_10);
  }

  /** Whether to check what 4.3 does; the test then needs a {@link Differs}. */
  boolean is43() {
    return is(Product.RABBITMQ_4_3);
  }

  private boolean is(Product version) {
    boolean is = Product.of(broker) == version;
    checkedAnotherVersion |= is;
    return is;
  }

  boolean checkedAnotherVersion() {
    return checkedAnotherVersion;
  }

  String name(String what) {
    String name = passingName(what);
    names.push(name);
    return name;
  }

  /** For what goes by itself, with the connection that made it. */
  String passingName(String what) {
    return "contract." + ProcessHandle.current().pid() + "." + NAMES.incrementAndGet() + "." + what;
  }

  ConnectionFactory factory() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setHandshakeTimeout(Math.toIntExact(PATIENCE.toMillis()));
    return factory;
  }

  /** A connection that the test may break. */
  Connection newConnection() throws Exception {
    Connection connection = factory().newConnection();
    opened.push(connection);
    return connection;
  }

  Channel newChannel() throws Exception {
    return on(shared());
  }

  Channel on(Connection connection) throws IOException {
    Channel channel = connection.createChannel();
    opened.push(() -> closeChannel(channel));
    return channel;
  }

  private static void closeChannel(Channel channel) throws IOException, TimeoutException {
    if (channel.isOpen()) {
      channel.close();
    }
  }

  private Connection shared() throws Exception {
    Connection connection = SHARED.get(broker);
    if (connection == null || !connection.isOpen()) {
      connection = factory().newConnection();
      SHARED.put(broker, connection);
    }
    return connection;
  }

  // --- declaring

  /** A queue as most tests want it: durable, classic, with these arguments. */
  String queue(Object... arguments) throws IOException {
    String name = name("queue");
    channel.queueDeclare(name, true, false, false, arguments(arguments));
    return name;
  }

  String quorumQueue(Object... arguments) throws IOException {
    String name = name("quorum");
    Map<String, Object> all = arguments(arguments);
    all.put("x-queue-type", "quorum");
    channel.queueDeclare(name, true, false, false, all);
    return name;
  }

  /** Before RabbitMQ 4 that was the default, and -1 meant the opposite. */
  String quorumQueueWithoutLimit() throws IOException {
    return Product.of(broker) == Product.RABBITMQ_3_10
        ? quorumQueue()
        : quorumQueue("x-delivery-limit", -1);
  }

  String exchange(String type, Object... arguments) throws IOException {
    String name = name(type);
    channel.exchangeDeclare(name, type, true, false, arguments(arguments));
    return name;
  }

  static Map<String, Object> arguments(Object... keysAndValues) {
    Map<String, Object> arguments = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      arguments.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return arguments;
  }

  // --- messages

  static BasicProperties properties(Object... headers) {
    return MessageProperties.PERSISTENT_BASIC.builder().headers(arguments(headers)).build();
  }

  /** Publishes and waits until the broker has taken the messages over. */
  void publish(String exchange, String key, BasicProperties properties, String... bodies)
      throws Exception {
    if (publisher == null) {
      publisher = newChannel();
      publisher.confirmSelect();
    }
    for (String body : bodies) {
      publisher.basicPublish(exchange, key, properties, body.getBytes(UTF_8));
    }
    publisher.waitForConfirmsOrDie(PATIENCE.toMillis());
  }

  void publish(String exchange, String key, String... bodies) throws Exception {
    publish(exchange, key, MessageProperties.PERSISTENT_BASIC, bodies);
  }

  void send(String queue, String... bodies) throws Exception {
    publish("", queue, bodies);
  }

  Inbox consume(String queue) throws IOException {
    return consume(channel, queue, false);
  }

  Inbox consume(Channel on, String queue, boolean autoAck, Object... arguments) throws IOException {
    Inbox inbox = new Inbox(on);
    inbox.tag(on.basicConsume(queue, autoAck, "", false, false, arguments(arguments), inbox));
    return inbox;
  }

  /** Gets a message, waiting for it if need be; it stays unacknowledged on the test's channel. */
  GetResponse get(String queue) {
    return await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(PATIENCE)
        .until(() -> channel.basicGet(queue, false), response -> response != null);
  }

  /** Takes a message away, waiting for it if need be. */
  String take(String queue) {
    return text(takeMessage(queue));
  }

  GetResponse takeMessage(String queue) {
    return await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(PATIENCE)
        .until(() -> channel.basicGet(queue, true), response -> response != null);
  }

  static String text(GetResponse response) {
    return new String(response.getBody(), UTF_8);
  }

  int ready(String queue) throws IOException {
    return channel.queueDeclarePassive(queue).getMessageCount();
  }

  void awaitReady(String queue, int count) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(PATIENCE)
        .until(() -> ready(queue), found -> found == count);
  }

  void awaitConsumers(String queue, int count) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(PATIENCE)
        .until(
            () -> channel.queueDeclarePassive(queue).getConsumerCount(), found -> found == count);
  }

  // --- refusals

  interface Operation {
    void run() throws Exception;
  }

  /** Runs what the broker must refuse and tells what it closed. */
  static Close closeOf(Channel channel, Operation refused) throws Exception {
    CompletableFuture<ShutdownSignalException> cause = new CompletableFuture<>();
    channel.addShutdownListener(cause::complete);
    try {
      refused.run();
    } catch (IOException | ShutdownSignalException _) {
      // the listener gets the same, whether the method waits for an answer or not
    }
    try {
      return Close.of(cause.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("The broker refused nothing", e);
    }
  }

  Close refused(Operation operation) throws Exception {
    return closeOf(channel, operation);
  }
}
