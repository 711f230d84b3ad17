package io.pipeforce.bench.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.pipeforce.bench.MeasurementException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** What the scenarios have in common: queues of their own, a clock, consumers that count. */
final class Load {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final AtomicLong numbers = new AtomicLong();

  private Load() {}

  interface Work {
    void run() throws Exception;
  }

  /** Rate and CPU time per message of what the work moves. */
  static List<Scenario.Figure> measure(Subject subject, long messages, Work work) throws Exception {
    Duration broker = subject.cpu();
    Duration client = clientCpu();
    long begin = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - begin) / 1e9;
    return List.of(
        new Scenario.Figure("msg/s", messages / seconds),
        new Scenario.Figure("broker µs/msg", micros(subject.cpu().minus(broker)) / messages),
        new Scenario.Figure("client µs/msg", micros(clientCpu().minus(client)) / messages));
  }

  private static double micros(Duration duration) {
    return duration.toNanos() / 1e3;
  }

  private static Duration clientCpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Names that nobody else has. */
  static List<String> names(int count) {
    String prefix =
        "bench." + ProcessHandle.current().pid() + "." + numbers.incrementAndGet() + ".";
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  /** Work with queues that are there for so long. */
  interface WithQueues<T> {
    T run(Connection connection, List<String> queues) throws Exception;
  }

  static <T> T withQueues(Subject subject, Kind kind, int count, WithQueues<T> work)
      throws Exception {
    List<String> queues = names(count);
    try (Connection connection = subject.connect();
        Channel channel = connection.createChannel()) {
      for (String queue : queues) {
        kind.declare(channel, queue);
      }
      try {
        return work.run(connection, queues);
      } finally {
        for (String queue : queues) {
          channel.queueDelete(queue);
        }
      }
    }
  }

  /** Publishes to the queues in turn, at most a thousand unconfirmed, and awaits all confirms. */
  static void publish(Channel channel, Kind kind, List<String> queues, byte[] body, long messages)
      throws Exception {
    Confirmed confirmed = Confirmed.on(channel, 1000);
    for (long i = 0; i < messages; i++) {
      confirmed.await();
      channel.basicPublish("", queues.get((int) (i % queues.size())), kind.properties(), body);
    }
    confirmed.awaitAll();
  }

  /** Begins to consume, a channel for each queue; the latch opens when so many have come. */
  static CountDownLatch consume(
      Connection connection, List<String> queues, boolean acknowledge, long messages)
      throws IOException {
    CountDownLatch all = new CountDownLatch(1);
    AtomicLong left = new AtomicLong(messages);
    for (String queue : queues) {
      Channel channel = connection.createChannel();
      channel.basicQos(250);
      channel.basicConsume(
          queue,
          !acknowledge,
          new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(
                String tag,
                Envelope envelope,
                com.rabbitmq.client.AMQP.BasicProperties properties,
                byte[] body)
                throws IOException {
              if (acknowledge) {
                channel.basicAck(envelope.getDeliveryTag(), false);
              }
              if (left.decrementAndGet() == 0) {
                all.countDown();
              }
            }
          });
    }
    return all;
  }

  static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new MeasurementException("messages are missing after " + PATIENCE, null);
    }
  }

  /** Waits until a queue holds so many. */
  static void awaitReady(Channel channel, String queue, long messages) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (channel.messageCount(queue) < messages) {
      if (System.nanoTime() > end) {
        throw new MeasurementException("messages are missing in " + queue, null);
      }
    }
  }

  /** Figures of one kind from many. */
  static List<Scenario.Figure> and(List<Scenario.Figure> figures, Scenario.Figure... more) {
    List<Scenario.Figure> all = new ArrayList<>(figures);
    all.addAll(List.of(more));
    return all;
  }
}
