package io.pipeforce.hub.platform.local;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The next step from the instances that there are to those that are wanted: never fewer ready ones
 * than wanted as long as it can be helped, and never more than one instance too many.
 *
 * @param start how many to start
 * @param stop which to stop
 */
record Rollout<I>(int start, List<I> stop) {
  /**
   * An instance that is not being stopped already.
   *
   * @param current whether it is of the version that is wanted
   */
  record Copy<I>(I instance, boolean current, boolean ready) {}

  static <I> Rollout<I> next(int wanted, List<Copy<I>> copies) {
    List<Copy<I>> current =
        copies.stream()
            .filter(Copy::current)
            .sorted(Comparator.comparing((Copy<I> copy) -> !copy.ready()))
            .toList();
    List<Copy<I>> old = copies.stream().filter(copy -> !copy.current()).toList();
    List<I> stop = new ArrayList<>();
    current.stream().skip(wanted).forEach(copy -> stop.add(copy.instance()));
    // One that does not work serves nobody.
    old.stream().filter(copy -> !copy.ready()).forEach(copy -> stop.add(copy.instance()));
    List<Copy<I>> serving = old.stream().filter(Copy::ready).toList();
    long ready = current.stream().limit(wanted).filter(Copy::ready).count() + serving.size();
    serving.stream().limit(Math.max(0, ready - wanted)).forEach(copy -> stop.add(copy.instance()));
    int missing = Math.max(0, wanted - current.size());
    int room = wanted + 1 - copies.size();
    // Those that do not work make room at once.
    int freed = (int) old.stream().filter(copy -> !copy.ready()).count();
    return new Rollout<>(Math.clamp(room + freed, 0, missing), List.copyOf(stop));
  }
}
