package io.pipeforce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import io.pipeforce.internal.dispatch.Handlers;
import io.pipeforce.internal.dispatch.PayloadCodec;
import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs once per broker, with a service of a name of its own. */
@ParameterizedClass(name = "{0}")
@MethodSource("brokers")
abstract class TopologyTest {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  static final String DELAY = "pipeforce.retry.4321ms";
  private static final AtomicInteger NAMES = new AtomicInteger();

  @Parameter TestBroker broker;

  Connection connection;
  Channel channel;
  String service;
  String exchange;
  String deadLetters;
  String queue;
  String temporary;

  static Stream<TestBroker> brokers() {
    return RealBrokers.all();
  }

  @BeforeEach
  void connect() throws Exception {
    service = "topology-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
    exchange = service + ".topic";
    deadLetters = service + ".dead";
    queue = "pipeforce.service." + service + ".OrderService.changed";
    temporary = queue + ".migrating";
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setHandshakeTimeout(20_000);
    connection = factory.newConnection();
    channel = connection.createChannel();
    deleteDelay();
  }

  @AfterEach
  void delete_what_the_test_made() throws Exception {
    try (Connection cleaning = connection) {
      for (String name : List.of(queue, temporary, deadLetters, unused())) {
        cleaning.createChannel().queueDelete(name);
      }
      deleteDelay();
      cleaning.createChannel().exchangeDelete(exchange);
    } catch (AlreadyClosedException e) {
      throw new AssertionError("the broker closed the test's connection", e);
    }
  }

  private void deleteDelay() throws IOException {
    for (String name : List.of(DELAY, DELAY + ".migrating")) {
      connection.createChannel().queueDelete(name);
      connection.createChannel().exchangeDelete(name);
    }
  }

  String unused() {
    return "pipeforce.service." + service + ".OrderService.removed";
  }

  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PIPEFORCE_SERVICE", service);
    environment.put("PIPEFORCE_NAMESPACE", "test");
    environment.put("PIPEFORCE_MESSAGE_BROKER", broker.uri().toString());
    environment.put("PIPEFORCE_MESSAGING_DEFAULT_TOPIC", exchange);
    environment.put("PIPEFORCE_MESSAGING_DEFAULT_DLQ", deadLetters);
    environment.put("PIPEFORCE_MANAGEMENT_URL", broker.management().orElseThrow().toString());
    environment.put("PIPEFORCE_HEALTH_PORT", "0");
    return environment;
  }

  /** What a run of the command printed, and its exit code. */
  record Run(int exit, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  Run topology(String... arguments) {
    return topology(environment(), arguments);
  }

  static Run topology(Map<String, String> environment, String... arguments) {
    List<String> all = new ArrayList<>(List.of("topology"));
    all.addAll(List.of(arguments));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        TopologyCommand.run(
            TopologyCommand.Request.of(all).orElseThrow(),
            environment,
            ServiceSettings.from(environment),
            Handlers.of(List.of(new OrderService()), new PayloadCodec()),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    Run run = new Run(exit, out.toString(UTF_8), err.toString(UTF_8));
    System.out.print(run.out() + run.err());
    return run;
  }

  /** Lets the service declare all it needs, and stops it. */
  void startAndStopTheService() throws Exception {
    try (ServiceRuntime runtime =
        ServiceRuntime.start(ServiceSettings.from(environment()), List.of(new OrderService()))) {
      assertThat(runtime.awaitReady(PATIENCE)).isTrue();
    }
  }

  /** The handler's queue as an earlier version made it. */
  void declareOld(String type) throws IOException {
    channel.exchangeDeclare(exchange, "topic", true);
    channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", type));
    channel.queueBind(queue, exchange, "order.created");
    channel.queueBind(queue, exchange, "order.paid");
  }

  void publish(int from, int to) throws Exception {
    channel.confirmSelect();
    for (int i = from; i < to; i++) {
      channel.basicPublish(exchange, key(i), true, properties(i), body(i));
    }
    channel.waitForConfirmsOrDie(PATIENCE.toMillis());
  }

  static String key(int number) {
    return number % 2 == 0 ? "order.created" : "order.paid";
  }

  static byte[] body(int number) {
    return ("{\"order\":" + number + "}").getBytes(UTF_8);
  }

  static BasicProperties properties(int number) {
    return new BasicProperties.Builder()
        .messageId("m" + number)
        .correlationId("c" + number)
        .contentType("application/json")
        .contentEncoding("utf-8")
        .replyTo("nobody")
        .type("order")
        .appId("test")
        .userId("guest")
        .priority(2)
        .deliveryMode(2)
        .timestamp(new java.util.Date(1_700_000_000_000L + number * 1000L))
        .headers(Map.of("number", number, "nested", Map.of("list", List.of("a", number))))
        .build();
  }

  /** All messages of a queue in their order, once there are so many. */
  List<Delivery> take(String from, int count) throws Exception {
    List<Delivery> taken = new ArrayList<>();
    try (Channel taking = connection.createChannel()) {
      CountDownLatch cancelled = new CountDownLatch(1);
      AtomicInteger arrived = new AtomicInteger();
      String tag =
          taking.basicConsume(
              from,
              true,
              new DefaultConsumer(taking) {
                @Override
                public void handleDelivery(
                    String tag, Envelope envelope, BasicProperties properties, byte[] body) {
                  taken.add(new Delivery(envelope, properties, body));
                  arrived.incrementAndGet();
                }

                @Override
                public void handleCancelOk(String tag) {
                  cancelled.countDown();
                }
              });
      await().atMost(PATIENCE).until(() -> arrived.get() >= count && messages(from) == 0);
      taking.basicCancel(tag);
      assertThat(cancelled.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    return taken;
  }

  long messages(String of) throws IOException {
    return channel.messageCount(of);
  }

  boolean exists(String name) throws Exception {
    Channel probe = connection.createChannel();
    try {
      probe.queueDeclarePassive(name);
      probe.close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
