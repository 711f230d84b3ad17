package io.pipeforce.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A broker of its own for each test, and a connection with a channel. */
abstract class BrokerTest {
  static final AMQP.BasicProperties PLAIN = new AMQP.BasicProperties();
  static final Duration SOON = Duration.ofSeconds(10);

  Broker broker;
  Connection connection;
  Channel channel;

  BrokerOptions options() {
    return BrokerOptions.local();
  }

  @BeforeEach
  void start() throws Exception {
    broker = Broker.start(options());
    connection = connect();
    channel = connection.createChannel();
  }

  @AfterEach
  void stop() {
    connection.abort();
    broker.close();
  }

  ConnectionFactory factory() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    factory.setAutomaticRecoveryEnabled(false);
    return factory;
  }

  Connection connect() throws Exception {
    return factory().newConnection();
  }

  /** A non-durable queue that goes with the broker. */
  String queue(String name, Map<String, Object> arguments) throws IOException {
    return channel.queueDeclare(name, false, false, false, arguments).getQueue();
  }

  String queue(String name) throws IOException {
    return queue(name, Map.of());
  }

  String quorum(String name, Map<String, Object> arguments) throws IOException {
    Map<String, Object> all = new HashMap<>(arguments);
    all.put("x-queue-type", "quorum");
    return channel.queueDeclare(name, true, false, false, all).getQueue();
  }

  void publish(String queue, String body) throws IOException {
    publish("", queue, body);
  }

  void publish(String exchange, String key, String body) throws IOException {
    publish(exchange, key, PLAIN, body);
  }

  void publish(String exchange, String key, AMQP.BasicProperties properties, String body)
      throws IOException {
    channel.basicPublish(exchange, key, properties, body.getBytes(StandardCharsets.UTF_8));
  }

  /** The next message of a queue, which must come soon. */
  GetResponse get(String queue) {
    return Awaitility.await()
        .atMost(SOON)
        .until(() -> channel.basicGet(queue, true), response -> response != null);
  }

  String body(GetResponse response) {
    return text(response.getBody());
  }

  static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  int ready(String queue) throws IOException {
    return (int) channel.messageCount(queue);
  }

  void awaitReady(String queue, int count) {
    Awaitility.await().atMost(SOON).until(() -> ready(queue) == count);
  }

  /** What a consumer got and has not looked at yet. */
  static final class Inbox {
    final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
    String tag;

    DeliverCallback callback() {
      return (_, delivery) -> deliveries.add(delivery);
    }

    Delivery next() throws InterruptedException {
      Delivery delivery = deliveries.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
      Assertions.assertThat(delivery).as("a delivery").isNotNull();
      return delivery;
    }

    String nextBody() throws InterruptedException {
      return text(next().getBody());
    }
  }

  Inbox consume(Channel on, String queue, boolean autoAck, Map<String, Object> arguments)
      throws IOException {
    Inbox inbox = new Inbox();
    inbox.tag =
        on.basicConsume(
            queue, autoAck, "", false, false, arguments, inbox.callback(), inbox.cancelled::add);
    return inbox;
  }

  Inbox consume(String queue) throws IOException {
    return consume(channel, queue, false, Map.of());
  }

  interface Action {
    void run() throws Exception;
  }

  /** What the broker says when an action makes it close the channel. */
  String channelError(Action action) throws Exception {
    return closeOf(channel, action);
  }

  String closeOf(Channel on, Action action) throws Exception {
    try {
      action.run();
    } catch (IOException | AlreadyClosedException _) {
      // The reason is read from the channel below.
    }
    Awaitility.await().atMost(SOON).until(() -> !on.isOpen());
    return reason(on.getCloseReason());
  }

  private static String reason(ShutdownSignalException signal) {
    return switch (signal.getReason()) {
      case AMQP.Channel.Close close -> close.getReplyCode() + " " + close.getReplyText();
      case AMQP.Connection.Close close ->
          "connection " + close.getReplyCode() + " " + close.getReplyText();
      default -> String.valueOf(signal.getReason());
    };
  }
}
