package io.pipeforce.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A well-behaved client beside the hostile ones: publishes, waits for the confirm, consumes and
 * acknowledges, one message after the other, and knows how long the slowest of them took.
 */
final class Observer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Connection connection;
  private final Channel channel;
  private final BlockingQueue<Envelope> received = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean over;
  private volatile long trips;
  private volatile long slowest;
  private volatile @Nullable Throwable failure;

  private Observer(Connection connection) throws Exception {
    this.connection = connection;
    channel = connection.createChannel();
    channel.confirmSelect();
    String queue = channel.queueDeclare("", false, true, true, null).getQueue();
    channel.basicConsume(
        queue,
        false,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String tag,
              Envelope envelope,
              com.rabbitmq.client.AMQP.BasicProperties properties,
              byte[] body) {
            received.add(envelope);
          }
        });
    thread = Thread.ofPlatform().name("observer").start(() -> observe(queue));
  }

  static Observer of(Broker broker) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    factory.setAutomaticRecoveryEnabled(false);
    return new Observer(factory.newConnection("observer"));
  }

  private void observe(String queue) {
    try {
      for (int i = 0; !over; i++) {
        long begin = System.nanoTime();
        channel.basicPublish(
            "", queue, MessageProperties.BASIC, ByteBuffer.allocate(4).putInt(i).array());
        channel.waitForConfirmsOrDie(PATIENCE.toMillis());
        Envelope envelope = received.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (envelope == null) {
          throw new IllegalStateException("message " + i + " did not come");
        }
        channel.basicAck(envelope.getDeliveryTag(), false);
        slowest = Math.max(slowest, System.nanoTime() - begin);
        trips = i + 1L;
      }
    } catch (Exception e) {
      failure = e;
    }
  }

  /** How many messages have come and gone so far. */
  long trips() {
    return trips;
  }

  /** Ends it and answers how long the slowest message took; throws what went wrong. */
  Duration end() throws InterruptedException {
    over = true;
    thread.join(PATIENCE.multipliedBy(3));
    close();
    if (failure != null || thread.isAlive() || trips == 0) {
      throw new AssertionError("the observer was disturbed after " + trips + " messages", failure);
    }
    return Duration.ofNanos(slowest);
  }

  @Override
  public void close() {
    over = true;
    connection.abort();
  }
}
