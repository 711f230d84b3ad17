package io.pipeforce.internal.health;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Counts durations in fixed buckets. Safe for use by many threads. */
final class DurationHistogram {
  /** Upper bounds in seconds, as Prometheus wants them: from a cache hit to the longest default. */
  static final double[] BOUNDS = {
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    30,
    60,
    300,
    Double.POSITIVE_INFINITY
  };

  private final LongAdder[] counts = new LongAdder[BOUNDS.length];
  private final LongAdder nanos = new LongAdder();

  DurationHistogram() {
    Arrays.setAll(counts, i -> new LongAdder());
  }

  void add(Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    int bucket = Arrays.binarySearch(BOUNDS, seconds);
    counts[bucket < 0 ? -bucket - 1 : bucket].increment();
    nanos.add(duration.toNanos());
  }

  /** How many fell into each bucket; not cumulated. */
  long[] counts() {
    return Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
  }

  double sumSeconds() {
    return nanos.sum() / 1e9;
  }
}
