package io.pipeforce.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.pipeforce.test.internal.RealBrokers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the dev broker with a data folder and RabbitMQ keep when they stop or are killed. */
@ParameterizedClass
@MethodSource("brokers")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SurvivalTest {
  private static final String CLASSIC = "pipeforce.survival.classic";
  private static final String QUORUM = "pipeforce.survival.quorum";
  private static final String BRIEF = "pipeforce.survival.brief";
  private static final String EXCHANGE = "pipeforce.survival.exchange";

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Parameter String name;

  @TempDir private Path folder;

  private BrokerControl broker;

  static Stream<String> brokers() {
    return Stream.concat(
        Stream.of(DevBroker.DATA),
        RealBrokers.present()
            .map(real -> real.name().substring(real.name().indexOf('-') + 1))
            .filter(version -> !version.equals("4.3")));
  }

  @BeforeEach
  void start() throws Exception {
    broker = Chaos.broker(name, Path.of("").toAbsolutePath().getParent(), folder);
    try (Connection connection = connect()) {
      Channel channel = connection.createChannel();
      clear(channel);
      channel.exchangeDeclare(EXCHANGE, "topic", true);
      channel.queueDeclare(CLASSIC, true, false, false, Map.of());
      channel.queueDeclare(QUORUM, true, false, false, Map.of("x-queue-type", "quorum"));
      channel.queueDeclare(BRIEF, false, false, false, Map.of());
      for (String queue : List.of(CLASSIC, QUORUM, BRIEF)) {
        channel.queueBind(queue, EXCHANGE, "#");
      }
    }
  }

  @AfterEach
  void end() throws Exception {
    try (Connection connection = connect()) {
      clear(connection.createChannel());
    } finally {
      broker.close();
    }
  }

  private static void clear(Channel channel) throws IOException {
    for (String queue : List.of(CLASSIC, QUORUM, BRIEF)) {
      channel.queueDelete(queue);
    }
    channel.exchangeDelete(EXCHANGE);
  }

  private Connection connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.amqp().getFirst());
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }

  @Test
  void what_is_durable_outlives_a_stop() throws Exception {
    Connection connection = connect();
    Channel channel = publish(connection, "1", "2", "3");
    channel.basicGet(CLASSIC, false);
    channel.basicGet(QUORUM, false);

    broker.restart();

    // What was out is known, of both kinds.
    assertKept(List.of("1 again", "2", "3"), List.of("1 again", "2", "3", "transient"));
    connection.abort();
  }

  @Test
  void what_is_durable_outlives_a_kill() throws Exception {
    // RabbitMQ may forget who has a quorum queue that was declared just before the kill.
    broker.restart();
    Connection connection = connect();
    Channel channel = publish(connection, "1", "2", "3");
    channel.basicGet(CLASSIC, false);
    channel.basicGet(QUORUM, false);
    publish(connection, "4");

    broker.killAndStart();

    // Nobody can know what of a classic queue had been delivered.
    assertKept(
        List.of("1 again", "2 again", "3 again", "4 again"),
        List.of("1 again", "2", "3", "transient", "4", "transient"));
    connection.abort();
  }

  /** Messages that are persistent and one that is not, confirmed. */
  private static Channel publish(Connection connection, String... bodies) throws Exception {
    Channel channel = connection.createChannel();
    channel.confirmSelect();
    for (String body : bodies) {
      publish(channel, MessageProperties.PERSISTENT_BASIC, body);
    }
    publish(channel, MessageProperties.BASIC, "transient");
    channel.waitForConfirmsOrDie(TimeUnit.SECONDS.toMillis(30));
    return channel;
  }

  private static void publish(Channel channel, BasicProperties properties, String body)
      throws IOException {
    channel.basicPublish(EXCHANGE, "a.b", properties, body.getBytes(StandardCharsets.UTF_8));
  }

  private void assertKept(List<String> classic, List<String> quorum) throws Exception {
    try (Connection connection = connect()) {
      Channel channel = connection.createChannel();
      assertThat(drained(channel, CLASSIC, classic.size())).isEqualTo(classic);
      // RabbitMQ gives back what a dead client had when it has noticed that it is dead.
      assertThat(drained(channel, QUORUM, quorum.size()))
          .containsExactlyInAnyOrderElementsOf(quorum);
      // The binding is there as well, and the queue that was not durable is gone.
      publish(channel, MessageProperties.BASIC, "new");
      channel.queueDeclare(BRIEF, false, true, false, Map.of());
      assertThat(channel.messageCount(BRIEF)).isZero();
      assertThat(drained(channel, CLASSIC, 1)).containsExactly("new");
    }
  }

  private static List<String> drained(Channel channel, String queue, int count) throws Exception {
    List<String> found = new CopyOnWriteArrayList<>();
    String tag =
        channel.basicConsume(
            queue,
            true,
            (_, delivery) -> {
              String body = new String(delivery.getBody(), StandardCharsets.UTF_8);
              found.add(delivery.getEnvelope().isRedeliver() ? body + " again" : body);
            },
            _ -> {});
    Pause.require(count + " messages of " + queue, () -> found.size() >= count, PATIENCE);
    channel.basicCancel(tag);
    assertThat(channel.messageCount(queue)).isZero();
    return List.copyOf(found);
  }
}
