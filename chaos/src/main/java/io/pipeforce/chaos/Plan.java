package io.pipeforce.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What is broken when: a pure function of the seed.
 *
 * @param steps in the order of their messages
 */
record Plan(List<Step> steps) {
  /** Every fourth step has two faults at the same time. */
  private static final int PAIRED = 4;

  /**
   * One moment.
   *
   * @param at how many messages were confirmed to the producer by then
   * @param faults one, or two at the same time
   */
  record Step(int at, List<Fault> faults) {
    Step {
      faults = List.copyOf(faults);
    }
  }

  Plan {
    steps = List.copyOf(steps);
  }

  /**
   * Uses every kind at least once, and then any.
   *
   * @param count how many steps; at least as many as there are kinds
   */
  static Plan of(long seed, int messages, List<FaultKind> kinds, int count) {
    Random random = new Random(seed);
    List<FaultKind> first = new ArrayList<>(kinds);
    Collections.shuffle(first, random);
    List<Step> steps = new ArrayList<>();
    if (kinds.isEmpty()) {
      return new Plan(steps);
    }
    int all = Math.max(count, kinds.size());
    // Evenly over the messages, each somewhere in the first half of its share.
    double share = messages * 0.95 / all;
    for (int i = 0; i < all; i++) {
      FaultKind kind = i < first.size() ? first.get(i) : kinds.get(random.nextInt(kinds.size()));
      int at = (int) (messages * 0.02 + share * (i + random.nextDouble() / 2));
      List<Fault> faults = new ArrayList<>();
      faults.add(kind.draw(random));
      if (random.nextInt(PAIRED) == 0) {
        FaultKind other = kinds.get(random.nextInt(kinds.size()));
        if (together(kind, other)) {
          faults.add(other.draw(random));
        }
      }
      steps.add(new Step(at, faults));
    }
    return new Plan(steps);
  }

  private static boolean together(FaultKind one, FaultKind other) {
    return one.area() != other.area()
        && one.area() != FaultKind.Area.QUEUE
        && other.area() != FaultKind.Area.QUEUE;
  }
}
