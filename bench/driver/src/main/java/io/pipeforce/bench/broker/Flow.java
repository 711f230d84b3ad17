package io.pipeforce.bench.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * Messages on their way through queues, or a part of it.
 *
 * @param octets of each body
 */
record Flow(Part part, Kind kind, int queues, int octets, long messages) implements Scenario {
  enum Part {
    PUBLISH,
    CONSUME,
    THROUGH,
    FAN_OUT
  }

  @Override
  public String name() {
    String size = octets >= 1024 ? octets / 1024 + " KiB" : octets + " B";
    String what =
        switch (part) {
          case PUBLISH -> "publish";
          case CONSUME -> "consume";
          case THROUGH -> "through " + (queues == 1 ? "1 queue" : queues + " queues");
          case FAN_OUT -> "fan-out to " + queues;
        };
    return kind.name().toLowerCase(Locale.ROOT) + ", " + what + ", " + size;
  }

  @Override
  public String how() {
    String text =
        switch (part) {
          case PUBLISH ->
              "%,d messages by one publisher without confirms, until all lie in the queue.";
          case CONSUME ->
              "%,d messages that lie in the queue, by one consumer with a prefetch of 250 and an ack"
                  + " for each.";
          case THROUGH ->
              "%,d messages by one publisher, at most 1,000 of them unconfirmed, to a consumer for"
                  + " each queue on another connection with a prefetch of 250 and an ack for each;"
                  + " until all are confirmed and acknowledged.";
          case FAN_OUT ->
              "%,d deliveries: one publisher without confirms to a fanout exchange, a queue and a"
                  + " consumer without acks for each copy.";
        };
    return text.formatted(deliveries());
  }

  private long deliveries() {
    return part == Part.FAN_OUT ? messages * queues : messages;
  }

  @Override
  public List<Figure> run(Subject subject) throws Exception {
    return Load.withQueues(
        subject,
        kind,
        queues,
        (connection, names) -> {
          try (Channel channel = connection.createChannel();
              Connection consuming = subject.connect()) {
            byte[] body = new byte[octets];
            return switch (part) {
              case PUBLISH -> publish(subject, channel, names.getFirst(), body);
              case CONSUME -> consume(subject, channel, consuming, names, body);
              case THROUGH -> through(subject, channel, consuming, names, body);
              case FAN_OUT -> fanOut(subject, channel, consuming, names, body);
            };
          }
        });
  }

  private List<Figure> publish(Subject subject, Channel channel, String queue, byte[] body)
      throws Exception {
    return Load.measure(
        subject,
        messages,
        () -> {
          for (long i = 0; i < messages; i++) {
            channel.basicPublish("", queue, kind.properties(), body);
          }
          Load.awaitReady(channel, queue, messages);
        });
  }

  private List<Figure> consume(
      Subject subject, Channel channel, Connection consuming, List<String> names, byte[] body)
      throws Exception {
    Load.publish(channel, kind, names, body, messages);
    return Load.measure(
        subject,
        messages,
        () -> {
          Load.await(Load.consume(consuming, names, true, messages));
          awaitSettled(consuming);
        });
  }

  private List<Figure> through(
      Subject subject, Channel channel, Connection consuming, List<String> names, byte[] body)
      throws Exception {
    return Load.measure(
        subject,
        messages,
        () -> {
          CountDownLatch all = Load.consume(consuming, names, true, messages);
          Load.publish(channel, kind, names, body, messages);
          Load.await(all);
          awaitSettled(consuming);
        });
  }

  /** What was sent before on this connection has been heard. */
  private static void awaitSettled(Connection connection) throws Exception {
    connection.createChannel().close();
  }

  private List<Figure> fanOut(
      Subject subject, Channel channel, Connection consuming, List<String> names, byte[] body)
      throws Exception {
    String exchange = Load.names(1).getFirst();
    channel.exchangeDeclare(exchange, "fanout", false, true, null);
    for (String queue : names) {
      channel.queueBind(queue, exchange, "");
    }
    return Load.measure(
        subject,
        deliveries(),
        () -> {
          CountDownLatch all = Load.consume(consuming, names, false, deliveries());
          for (long i = 0; i < messages; i++) {
            channel.basicPublish(exchange, "", kind.properties(), body);
          }
          Load.await(all);
        });
  }
}
