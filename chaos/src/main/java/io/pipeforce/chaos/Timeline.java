package io.pipeforce.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What happened when. Safe for threads. */
final class Timeline {
  /**
   * One step of the plan.
   *
   * @param at since the start of the run
   * @param healed how long until the faults were over
   * @param recovered how long from then until all replicas were ready and messages flowed
   */
  record Event(
      Duration at, int confirmed, List<Fault> faults, Duration healed, Duration recovered) {}

  private final long start = System.nanoTime();
  private final List<Event> events = new ArrayList<>();

  Duration now() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  synchronized void add(Event event) {
    events.add(event);
  }

  synchronized List<Event> events() {
    return List.copyOf(events);
  }
}
