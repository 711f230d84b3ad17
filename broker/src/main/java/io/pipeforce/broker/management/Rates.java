package io.pipeforce.broker.management;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How fast numbers change: the difference of the last two samples over the time between them, as
 * RabbitMQ computes the {@code …_details.rate} of its management API.
 *
 * <p>Everything that is counted is sampled by one thread. What is new has no rate before its second
 * sample: 0. Thread-safe.
 */
final class Rates implements AutoCloseable {
  static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Consumer<BiConsumer<Object, Map<String, Long>>> sources;
  private final Thread sampler;
  private volatile Map<Object, Series> series = Map.of();

  private record Sample(long at, Map<String, Long> values) {}

  private record Series(@Nullable Sample previous, Sample last) {
    Series next(Sample sample) {
      // What stands still, as most does, needs its numbers only once.
      return sample.values().equals(last.values())
          ? new Series(last, new Sample(sample.at(), last.values()))
          : new Series(last, sample);
    }

    double rate(String name) {
      if (previous == null) {
        return 0;
      }
      long now = last.values().getOrDefault(name, 0L);
      long before = previous.values().getOrDefault(name, 0L);
      return (now - before) * 1e9 / (last.at() - previous.at());
    }
  }

  /**
   * @param sources tells each time everything that has numbers, with its numbers
   */
  Rates(Consumer<BiConsumer<Object, Map<String, Long>>> sources) {
    this.sources = sources;
    this.sampler = Thread.ofVirtual().name("management-sampler").start(this::run);
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        sample(System.nanoTime());
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample(long now) {
    Map<Object, Series> sampled = new HashMap<>();
    Map<Object, Series> before = series;
    sources.accept((owner, values) -> {
      Sample sample = new Sample(now, values);
      Series known = before.get(owner);
      sampled.put(owner, known == null ? new Series(null, sample) : known.next(sample));
    });
    series = sampled;
  }

  /** Adds each number under its name, with its rate beside it. */
  void describe(Object owner, Map<String, Long> values, Map<String, @Nullable Object> json) {
    Series known = series.get(owner);
    values.forEach((name, value) -> {
      json.put(name, value);
      double rate = known == null ? 0 : known.rate(name);
      json.put(name + "_details", Map.of("rate", Math.round(rate * 10) / 10.0));
    });
  }

  @Override
  public void close() {
    sampler.interrupt();
  }
}
