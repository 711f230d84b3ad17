package io.pipeforce.bench.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.pipeforce.bench.Spread;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** How long messages take that come at a rate which both brokers easily bear. */
record Pace(Kind kind, int perSecond, Duration duration) implements Scenario {
  private static final int OCTETS = 1024;

  /** The first of them are not counted. */
  private static final int WARM_UP = 4;

  @Override
  public String name() {
    return kind.name().toLowerCase(Locale.ROOT) + ", latency";
  }

  @Override
  public String how() {
    return "From just before the publish to the consumer, both in the client, at %d messages of 1 KiB a second for %d s; the first quarter is not counted."
        .formatted(perSecond, duration.toSeconds());
  }

  @Override
  public List<Figure> run(Subject subject) throws Exception {
    int messages = (int) (perSecond * duration.toSeconds());
    long[] nanos = new long[messages];
    CountDownLatch all = new CountDownLatch(messages);
    return Load.withQueues(
        subject,
        kind,
        1,
        (connection, names) -> {
          try (Channel channel = connection.createChannel();
              Connection consuming = subject.connect()) {
            Channel receiving = consuming.createChannel();
            receiving.basicQos(250);
            receiving.basicConsume(
                names.getFirst(),
                new DefaultConsumer(receiving) {
                  @Override
                  public void handleDelivery(
                      String tag,
                      Envelope envelope,
                      com.rabbitmq.client.AMQP.BasicProperties properties,
                      byte[] body)
                      throws java.io.IOException {
                    long now = System.nanoTime();
                    ByteBuffer sent = ByteBuffer.wrap(body);
                    nanos[sent.getInt(8)] = now - sent.getLong(0);
                    receiving.basicAck(envelope.getDeliveryTag(), false);
                    all.countDown();
                  }
                });
            publish(channel, names.getFirst(), messages);
            Load.await(all);
          }
          long[] counted = Arrays.copyOfRange(nanos, messages / WARM_UP, messages);
          Arrays.sort(counted);
          return List.of(
              new Figure("p50 ms", Spread.percentile(counted, 0.5) / 1e6),
              new Figure("p99 ms", Spread.percentile(counted, 0.99) / 1e6));
        });
  }

  private void publish(Channel channel, String queue, int messages) throws Exception {
    long period = Duration.ofSeconds(1).toNanos() / perSecond;
    long due = System.nanoTime();
    for (int i = 0; i < messages; i++) {
      due += period;
      for (long rest = due - System.nanoTime(); rest > 0; rest = due - System.nanoTime()) {
        LockSupport.parkNanos(rest);
      }
      byte[] body = new byte[OCTETS];
      ByteBuffer.wrap(body).putLong(System.nanoTime()).putInt(i);
      channel.basicPublish("", queue, kind.properties(), body);
    }
  }
}
