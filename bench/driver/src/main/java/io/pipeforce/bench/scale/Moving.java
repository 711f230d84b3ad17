package io.pipeforce.bench.scale;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import io.pipeforce.bench.MeasurementException;
import io.pipeforce.bench.broker.Confirmed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What a message costs a broker on its way. */
final class Moving {
  static final String RATE = "msg/s";
  static final String CPU = "CPU of all nodes, µs/msg";

  private static final int OCTETS = 1024;

  /** Of fewer bindings the memory is lost in that of everything else. */
  private static final int MANY = 10_000;

  private static final int PREFETCH = 250;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Rabbit rabbit;
  private final Figures figures;

  Moving(Rabbit rabbit, Figures figures) {
    this.rabbit = rabbit;
    this.figures = figures;
  }

  /**
   * One publisher, at most 1,000 of its messages unconfirmed; a consumer each queue, with an ack
   * for every 50, as ours acknowledges.
   *
   * @param readers of each queue; more than one makes sense for a stream only, of which each gets
   *     all
   */
  void through(String name, String type, int queues, int readers, int messages, int round)
      throws Exception {
    figures.begin(name, round);
    try (Connection publishing = rabbit.connect();
        Connection consuming = rabbit.connect();
        Channel channel = publishing.createChannel()) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < queues; i++) {
        String queue = "bench.scale." + ProcessHandle.current().pid() + "." + i;
        channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", type));
        names.add(queue);
      }
      try {
        CountDownLatch all = new CountDownLatch(1);
        AtomicLong left = new AtomicLong((long) messages * readers);
        for (String queue : names) {
          for (int i = 0; i < readers; i++) {
            consume(consuming, queue, type, left, all);
          }
        }
        Duration cpu = rabbit.cpu();
        long begin = System.nanoTime();
        Confirmed confirmed = Confirmed.on(channel, 1000);
        byte[] body = new byte[OCTETS];
        for (int i = 0; i < messages; i++) {
          confirmed.await();
          channel.basicPublish(
              "", names.get(i % queues), MessageProperties.MINIMAL_PERSISTENT_BASIC, body);
        }
        confirmed.awaitAll();
        if (!all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          throw new MeasurementException(name + ": messages are missing: " + left, null);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        figures.add(name, "rabbitmq", round, RATE, messages / seconds);
        figures.add(
            name, "rabbitmq", round, CPU, rabbit.cpu().minus(cpu).toNanos() / 1e3 / messages);
      } finally {
        for (String queue : names) {
          channel.queueDelete(queue);
        }
      }
    }
  }

  private static void consume(
      Connection connection, String queue, String type, AtomicLong left, CountDownLatch all)
      throws IOException {
    Channel channel = connection.createChannel();
    channel.basicQos(PREFETCH);
    Map<String, Object> arguments =
        type.equals("stream") ? Map.of("x-stream-offset", "first") : Map.of();
    channel.basicConsume(
        queue,
        false,
        arguments,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
              throws IOException {
            boolean last = left.decrementAndGet() == 0;
            if (envelope.getDeliveryTag() % 50 == 0 || last) {
              channel.basicAck(envelope.getDeliveryTag(), true);
            }
            if (last) {
              all.countDown();
            }
          }
        });
  }

  /**
   * Messages whose key matches one of many patterns of a topic exchange; nobody consumes, and the
   * queue keeps the last hundred.
   */
  void routed(String name, int bindings, int messages, int round) throws Exception {
    figures.begin(name, round);
    String exchange = "bench.scale." + ProcessHandle.current().pid();
    try (Connection connection = rabbit.connect();
        Channel channel = connection.createChannel()) {
      channel.exchangeDeclare(exchange, "topic", true, false, null);
      List<String> queues = new ArrayList<>();
      for (int i = 0; i < Math.min(10, bindings); i++) {
        queues.add(
            channel
                .queueDeclare(
                    exchange + "." + i,
                    false,
                    true,
                    true,
                    Map.of("x-queue-type", "classic", "x-max-length", 100))
                .getQueue());
      }
      double memory = rabbit.used();
      long begin = System.nanoTime();
      for (int i = 0; i < bindings; i++) {
        // Of the patterns of services a part has wildcards in the middle.
        String pattern = i % 10 == 0 ? "shop.*.event" + i + ".#" : "shop.order" + i + ".*";
        channel.queueBindNoWait(queues.get(i % queues.size()), exchange, pattern, Map.of());
      }
      channel.queueDeclarePassive(queues.getFirst());
      figures.add(
          name, "rabbitmq", round, "ms to bind each", (System.nanoTime() - begin) / 1e6 / bindings);
      double more = rabbit.used() - memory;
      if (bindings >= MANY) {
        figures.add(name, "rabbitmq", round, AtRest.KIB, more / bindings);
      }
      Confirmed confirmed = Confirmed.on(channel, 1000);
      Duration cpu = rabbit.cpu();
      begin = System.nanoTime();
      for (int i = 0; i < messages; i++) {
        confirmed.await();
        int number = i % bindings;
        channel.basicPublish(
            exchange,
            number % 10 == 0 ? "shop.cart.event" + number : "shop.order" + number + ".created",
            MessageProperties.MINIMAL_BASIC,
            new byte[100]);
      }
      confirmed.awaitAll();
      figures.add(name, "rabbitmq", round, RATE, messages / ((System.nanoTime() - begin) / 1e9));
      figures.add(name, "rabbitmq", round, CPU, rabbit.cpu().minus(cpu).toNanos() / 1e3 / messages);
      channel.exchangeDelete(exchange);
    }
  }
}
