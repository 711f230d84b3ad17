package io.pipeforce.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Publishes persistent messages with confirms, many of them outstanding. The first ones are
 * warm-up; the rate is that from the last confirm of these to the last of all.
 */
final class Publish implements Measurement {
  static final int OUTSTANDING = 1000;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Setting setting;
  private final long messages;
  private final long warmUp;

  Publish(Setting setting, long messages, long warmUp) {
    this.setting = setting;
    this.messages = messages;
    this.warmUp = warmUp;
  }

  @Override
  public String name() {
    return "publish";
  }

  @Override
  public String how() {
    return String.format(
        Locale.ROOT,
        "%,d persistent messages, made into JSON and published by one thread to a classic queue, up"
            + " to %,d of them unconfirmed. The first %,d confirms are warm-up. plain is amqp-client"
            + " with a ConfirmListener as in RabbitMQ's tutorial. Spring Boot: RabbitTemplate with"
            + " correlated confirms. Quarkus: Emitter, publish-confirms. Micronaut: a RabbitClient"
            + " that answers a CompletableFuture. JVM: `%s`.",
        messages,
        OUTSTANDING,
        warmUp,
        String.join(" ", Consume.FLAGS));
  }

  @Override
  public boolean includes(Peer peer) {
    return peer.takesPartIn().contains("publish");
  }

  @Override
  public List<Figure> run(Peer peer) throws InterruptedException {
    try (Broker.Place place = setting.broker().place("classic", peer)) {
      Map<String, String> environment = new HashMap<>(place.environment());
      environment.putAll(peer.environment());
      environment.put("BENCH_PUBLISH", "true");
      environment.put("BENCH_CONSUME", "false");
      environment.put("BENCH_OUTSTANDING", String.valueOf(OUTSTANDING));
      environment.put("BENCH_EXPECT", String.valueOf(messages));
      environment.put("BENCH_WARM_UP", String.valueOf(warmUp));
      PeerProcess.Done done;
      try (PeerProcess process =
          PeerProcess.start(
              peer.publisher().command(setting.peers(), Consume.FLAGS), environment)) {
        done = process.done(PATIENCE);
      }
      if (place.ready() != messages) {
        throw new MeasurementException(
            place.ready() + " messages in the queue instead of " + messages, null);
      }
      double counted = messages - warmUp;
      return List.of(
          new Figure(peer.id(), "msg/s", counted * 1e9 / done.time().toNanos()),
          new Figure(peer.id(), "CPU µs/msg", done.cpu().toNanos() / 1e3 / counted));
    }
  }
}
