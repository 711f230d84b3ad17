package io.pipeforce.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * From just before the publish to the handler having summed the items, at 500 messages a second.
 * Before, the peer is warmed up at a higher rate.
 */
final class Latency implements Measurement {
  static final int RATE = 500;
  static final int WARM_UP_RATE = 4000;
  static final Duration SETTLING = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Setting setting;
  private final Duration measured;
  private final long burst;

  Latency(Setting setting, Duration measured, long burst) {
    this.setting = setting;
    this.measured = measured;
    this.burst = burst;
  }

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String how() {
    return String.format(
        Locale.ROOT,
        "From just before the publish in another process to the handler having summed the items;"
            + " classic queue, persistent messages, no confirms. Before, %,d messages at %,d a second"
            + " and %d s at %d a second are warm-up; then %d s are measured in each round. JVM: `%s`.",
        burst,
        WARM_UP_RATE,
        SETTLING.toSeconds(),
        RATE,
        measured.toSeconds(),
        String.join(" ", Consume.FLAGS));
  }

  @Override
  public boolean includes(Peer peer) {
    return peer.takesPartIn().contains("latency");
  }

  @Override
  public List<Figure> run(Peer peer) throws InterruptedException {
    Path recorded = setting.scratch().resolve("latencies");
    long settling = SETTLING.toSeconds() * RATE;
    long counted = measured.toSeconds() * RATE;
    try (Broker.Place place = setting.broker().place("classic", peer)) {
      long checksum = place.fill(1);
      Map<String, String> environment = new HashMap<>(place.environment());
      environment.putAll(peer.environment());
      environment.put("BENCH_LATENCIES", recorded.toString());
      environment.put("BENCH_WARM_UP", String.valueOf(1 + burst + settling));
      environment.put("BENCH_EXPECT", String.valueOf(1 + burst + settling + counted));
      PeerProcess.Done done;
      try (PeerProcess process =
          PeerProcess.start(peer.consumer().command(setting.peers(), Consume.FLAGS), environment)) {
        process.first(PATIENCE);
        checksum += place.publish(burst, WARM_UP_RATE);
        place.awaitEmpty();
        checksum += place.publish(settling + counted, RATE);
        done = process.done(PATIENCE);
        place.awaitEmpty();
      }
      Consume.check(done.checksum(), checksum, place);
      long[] nanos = read(recorded);
      Arrays.sort(nanos);
      return List.of(
          new Figure(peer.id(), "p50 ms", Spread.percentile(nanos, 0.5) / 1e6),
          new Figure(peer.id(), "p99 ms", Spread.percentile(nanos, 0.99) / 1e6),
          new Figure(peer.id(), "p99.9 ms", Spread.percentile(nanos, 0.999) / 1e6),
          new Figure(peer.id(), "CPU µs/msg", done.cpu().toNanos() / 1e3 / counted));
    }
  }

  private static long[] read(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      long[] values = new long[bytes.remaining() / Long.BYTES];
      bytes.asLongBuffer().get(values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
