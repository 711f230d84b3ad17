package io.pipeforce.bench.hub;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** How long calls took. Thread-safe. */
final class Times {
  private long[] nanos = new long[1 << 12];
  private int count;

  synchronized void add(long time) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = time;
  }

  synchronized int count() {
    return count;
  }

  /** The time that this part of the calls did not exceed. */
  synchronized Duration quantile(double part) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    int index = (int) Math.ceil(part * count) - 1;
    return Duration.ofNanos(sorted[Math.clamp(index, 0, count - 1)]);
  }

  @Override
  public String toString() {
    return DoubleStream.of(0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
        .mapToObj(part ->
            String.format(
                Locale.ROOT,
                "p%s %.2f ms",
                String.format(Locale.ROOT, "%.1f", part * 100).replace(".0", ""),
                quantile(part).toNanos() / 1e6))
        .collect(Collectors.joining(", "));
  }
}
