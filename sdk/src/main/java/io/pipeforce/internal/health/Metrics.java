package io.pipeforce.internal.health;

import io.pipeforce.internal.dispatch.Observer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what the ledgers don't. Safe for use by many threads, and cheap: it knows nothing of
 * Prometheus, see {@link Exposition}.
 */
public final class Metrics implements Observer {
  private final LongAdder published = new LongAdder();
  private final LongAdder unroutable = new LongAdder();
  private final LongAdder connections = new LongAdder();
  private final LongAdder blocked = new LongAdder();
  private final Map<String, LongAdder> resubscriptions = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> redeclarations = new ConcurrentHashMap<>();
  private final Map<String, DurationHistogram> durations = new ConcurrentHashMap<>();

  /** Starts at zero. */
  public Metrics() {}

  /** A message was published and confirmed. */
  @Override
  public void published() {
    published.increment();
  }

  /** A published message reached no queue. */
  @Override
  public void unroutable() {
    unroutable.increment();
  }

  /** A connection to the broker was made; the first one counts, too. */
  @Override
  public void connected() {
    connections.increment();
  }

  /**
   * A handler's consumer was subscribed again.
   *
   * @param reason one of a few words, such as {@code lost} or {@code deaf}: each makes a time
   *     series
   */
  @Override
  public void resubscribed(String reason) {
    resubscriptions.computeIfAbsent(reason, key -> new LongAdder()).increment();
  }

  /**
   * Something that was gone was declared or opened again.
   *
   * @param what one of a few words: {@code exchange}, {@code queue} or {@code publisher}
   */
  @Override
  public void redeclared(String what) {
    redeclarations.computeIfAbsent(what, key -> new LongAdder()).increment();
  }

  /** The broker took no more messages. */
  @Override
  public void blocked() {
    blocked.increment();
  }

  /**
   * A handler was called.
   *
   * @param handler {@code Class.method}
   * @param duration how long the call took, whatever came of it
   */
  @Override
  public void handled(String handler, Duration duration) {
    durations.computeIfAbsent(handler, key -> new DurationHistogram()).add(duration);
  }

  long publishedCount() {
    return published.sum();
  }

  long unroutableCount() {
    return unroutable.sum();
  }

  long connectionCount() {
    return connections.sum();
  }

  long blockedCount() {
    return blocked.sum();
  }

  Map<String, Long> resubscriptionCounts() {
    return sums(resubscriptions);
  }

  Map<String, Long> redeclarationCounts() {
    return sums(redeclarations);
  }

  private static Map<String, Long> sums(Map<String, LongAdder> adders) {
    Map<String, Long> counts = new TreeMap<>();
    adders.forEach((word, count) -> counts.put(word, count.sum()));
    return counts;
  }

  Map<String, DurationHistogram> durations() {
    return new TreeMap<>(durations);
  }
}
