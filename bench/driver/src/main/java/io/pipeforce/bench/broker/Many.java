package io.pipeforce.bench.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Opens many of something, one after the other; the second half may take no longer. */
record Many(What what, int count) implements Scenario {
  enum What {
    QUEUES,
    CHANNELS,
    CONNECTIONS
  }

  @Override
  public String name() {
    return "%,d %s".formatted(count, what.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public String how() {
    return switch (what) {
      case QUEUES ->
          "Declares them on one channel; each takes a message, and gives it back to a get.";
      case CHANNELS -> "Opens them on one connection.";
      case CONNECTIONS -> "Opens them, each with a channel.";
    };
  }

  @Override
  public Kind kind() {
    return Kind.TRANSIENT;
  }

  @Override
  public List<Figure> run(Subject subject) throws Exception {
    return switch (what) {
      case QUEUES -> queues(subject);
      case CHANNELS -> channels(subject);
      case CONNECTIONS -> connections(subject);
    };
  }

  private interface Step {
    void run(int number) throws Exception;
  }

  private List<Figure> halves(Subject subject, Step step) throws Exception {
    double memory = subject.memory();
    long begin = System.nanoTime();
    for (int i = 0; i < count / 2; i++) {
      step.run(i);
    }
    long half = System.nanoTime();
    for (int i = count / 2; i < count; i++) {
      step.run(i);
    }
    long end = System.nanoTime();
    return List.of(
        new Figure("ms", (end - begin) / 1e6),
        new Figure("2nd half/1st", (double) (end - half) / (half - begin)),
        new Figure("KiB each", (subject.memory() - memory) * 1024 / count));
  }

  private List<Figure> queues(Subject subject) throws Exception {
    List<String> names = Load.names(count);
    try (Connection connection = subject.connect();
        Channel channel = connection.createChannel()) {
      List<Figure> opened = halves(subject, i -> kind().declare(channel, names.get(i)));
      long begin = System.nanoTime();
      for (String queue : names) {
        channel.basicPublish("", queue, kind().properties(), new byte[1024]);
        while (channel.basicGet(queue, true) == null) {
          Thread.onSpinWait();
        }
      }
      double used = (System.nanoTime() - begin) / 1e6;
      for (String queue : names) {
        channel.queueDelete(queue);
      }
      return Load.and(opened, new Figure("publish and get, ms", used));
    }
  }

  private List<Figure> channels(Subject subject) throws Exception {
    try (Connection connection = subject.connect()) {
      return halves(subject, _ -> connection.createChannel());
    }
  }

  private List<Figure> connections(Subject subject) throws Exception {
    List<Connection> connections = new ArrayList<>();
    try {
      return halves(
          subject,
          _ -> {
            Connection connection = subject.connect();
            connections.add(connection);
            connection.createChannel();
          });
    } finally {
      connections.forEach(Connection::abort);
    }
  }
}
