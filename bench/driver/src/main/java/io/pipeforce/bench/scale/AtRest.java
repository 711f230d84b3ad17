package io.pipeforce.bench.scale;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** What things cost a broker that are there and do nothing. */
final class AtRest {
  static final String KIB = "KiB a node each";
  static final String MS = "ms to make each";
  static final String CPU = "idle CPU of all nodes, µs/s each";

  private static final Duration IDLE = Duration.ofSeconds(6);
  private static final int EACH_CONNECTION = 100;

  enum Thing {
    QUORUM_QUEUE("quorum queue"),
    CLASSIC_QUEUE("classic queue"),
    CONNECTION("connection"),
    CONSUMER("channel with a consumer");

    final String text;

    Thing(String text) {
      this.text = text;
    }
  }

  private final Rabbit rabbit;
  private final Figures figures;

  AtRest(Rabbit rabbit, Figures figures) {
    this.rabbit = rabbit;
    this.figures = figures;
  }

  private interface Making {
    void make(int number) throws IOException;
  }

  /** Makes them in three steps, and looks at the nodes after each. */
  void measure(Thing thing, String suffix, int count, int round) throws Exception {
    String name = thing.text + suffix;
    figures.begin(name, round);
    List<Connection> connections = new ArrayList<>();
    List<String> queues = new ArrayList<>();
    try (ExecutorService consumers = Executors.newFixedThreadPool(2);
        Connection connection = rabbit.connect();
        Channel channel = connection.createChannel()) {
      Making making =
          switch (thing) {
            case QUORUM_QUEUE -> number -> declare(channel, "quorum", number, queues);
            case CLASSIC_QUEUE -> number -> declare(channel, "classic", number, queues);
            case CONNECTION -> _ -> connections.add(rabbit.connect(consumers));
            case CONSUMER ->
                number -> {
                  if (number % EACH_CONNECTION == 0) {
                    declare(channel, "quorum", number, queues);
                    connections.add(rabbit.connect(consumers));
                  }
                  consume(connections.getLast(), queues.getLast());
                };
          };
      try {
        steps(name, making, count, round);
      } finally {
        connections.forEach(Connection::abort);
        for (String queue : queues) {
          channel.queueDelete(queue);
        }
      }
    }
  }

  private void steps(String name, Making making, int count, int round) throws IOException {
    double before = rabbit.used();
    Duration quiet = idle();
    int made = 0;
    long time = 0;
    for (int upTo : List.of(count / 4, count / 2, count)) {
      long begin = System.nanoTime();
      for (; made < upTo; made++) {
        making.make(made);
      }
      time += System.nanoTime() - begin;
      figures.add(name, "rabbitmq", round, KIB + " of " + upTo, (rabbit.used() - before) / upTo);
    }
    figures.add(name, "rabbitmq", round, MS, time / 1e6 / count);
    Duration busy = idle();
    figures.add(name, "rabbitmq", round, CPU, busy.minus(quiet).toNanos() / 1e3 / count);
    // They have had time to hibernate.
    figures.add(name, "rabbitmq", round, KIB, (rabbit.used() - before) / count);
  }

  /** CPU time a second. */
  private Duration idle() {
    Duration before = rabbit.cpu();
    LockSupport.parkNanos(IDLE.toNanos());
    return rabbit.cpu().minus(before).dividedBy(IDLE.toSeconds());
  }

  private static void declare(Channel channel, String type, int number, List<String> queues)
      throws IOException {
    String queue = "bench.scale." + ProcessHandle.current().pid() + "." + number;
    channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", type));
    queues.add(queue);
  }

  private static void consume(Connection connection, String queue) throws IOException {
    Channel channel = connection.createChannel();
    channel.basicQos(250);
    channel.basicConsume(queue, false, new DefaultConsumer(channel));
  }
}
