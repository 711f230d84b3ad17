package io.pipeforce.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Consumes a queue that is full before the peer starts. The first messages are warm-up; the rate is
 * that from the last of these to the last of all, the CPU time that of the peer's process in
 * between.
 */
final class Consume implements Measurement {
  /** The same for all peers. */
  static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m");

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Setting setting;
  private final String queueType;
  private final long messages;
  private final long warmUp;

  Consume(Setting setting, String queueType, long messages, long warmUp) {
    this.setting = setting;
    this.queueType = queueType;
    this.messages = messages;
    this.warmUp = warmUp;
  }

  @Override
  public String name() {
    return "consume " + queueType;
  }

  @Override
  public String how() {
    return String.format(
        Locale.ROOT,
        "%,d persistent messages lie in the queue before the peer starts. The first %,d are warm-up;"
            + " the rate is that from the last of these to the last of all, the CPU time that of the"
            + " peer's process in between. Afterwards the queue is empty, nothing is"
            + " unacknowledged, and the sum of all amounts is right. JVM: `%s`.",
        messages,
        warmUp,
        String.join(" ", FLAGS));
  }

  @Override
  public boolean includes(Peer peer) {
    return peer.takesPartIn().contains("consume");
  }

  @Override
  public List<Figure> run(Peer peer) throws InterruptedException {
    try (Broker.Place place = setting.broker().place(queueType, peer)) {
      long checksum = place.fill(messages);
      Map<String, String> environment = new HashMap<>(place.environment());
      environment.putAll(peer.environment());
      environment.put("BENCH_EXPECT", String.valueOf(messages));
      environment.put("BENCH_WARM_UP", String.valueOf(warmUp));
      PeerProcess.Done done;
      try (PeerProcess process =
          PeerProcess.start(peer.consumer().command(setting.peers(), FLAGS), environment)) {
        done = process.done(PATIENCE);
        place.awaitEmpty();
      }
      check(done.checksum(), checksum, place);
      double counted = messages - warmUp;
      return List.of(
          new Figure(peer.id(), "msg/s", counted * 1e9 / done.time().toNanos()),
          new Figure(peer.id(), "CPU µs/msg", done.cpu().toNanos() / 1e3 / counted));
    }
  }

  /** Every message was decoded once, and none came back when the peer went away. */
  static void check(long actual, long expected, Broker.Place place) {
    if (actual != expected) {
      throw new MeasurementException(
          "the amounts add up to "
              + actual
              + " instead of "
              + expected
              + ": messages were lost, repeated or not decoded",
          null);
    }
    long left = place.ready();
    if (left > 0) {
      throw new MeasurementException(left + " messages were not acknowledged", null);
    }
  }
}
