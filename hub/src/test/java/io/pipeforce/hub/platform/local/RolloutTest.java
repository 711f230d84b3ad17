package io.pipeforce.hub.platform.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.hub.platform.local.Rollout.Copy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RolloutTest {
  private static Copy<String> current(String id, boolean ready) {
    return new Copy<>(id, true, ready);
  }

  private static Copy<String> old(String id, boolean ready) {
    return new Copy<>(id, false, ready);
  }

  @Test
  void what_is_missing_is_started() {
    assertThat(Rollout.<String>next(3, List.of())).isEqualTo(new Rollout<>(3, List.of()));
  }

  @Test
  void what_is_too_much_is_stopped_and_the_ready_stay() {
    assertThat(Rollout.next(1, List.of(current("a", false), current("b", true))))
        .isEqualTo(new Rollout<>(0, List.of("a")));
  }

  @Test
  void a_new_one_starts_beside_the_old_ones() {
    assertThat(Rollout.next(2, List.of(old("a", true), old("b", true))))
        .isEqualTo(new Rollout<>(1, List.of()));
  }

  @Test
  void an_old_one_serves_until_the_new_one_is_ready() {
    assertThat(Rollout.next(1, List.of(old("a", true), current("b", false))))
        .isEqualTo(new Rollout<>(0, List.of()));
    assertThat(Rollout.next(1, List.of(old("a", true), current("b", true))))
        .isEqualTo(new Rollout<>(0, List.of("a")));
  }

  @Test
  void an_old_one_that_does_not_work_is_stopped_at_once() {
    assertThat(Rollout.next(1, List.of(old("a", false)))).isEqualTo(new Rollout<>(1, List.of("a")));
  }

  @Test
  void with_none_wanted_all_are_stopped() {
    assertThat(Rollout.next(0, List.of(old("a", true), current("b", true))).stop())
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void every_rollout_ends_and_never_takes_away_a_ready_one_that_is_needed() {
    Random random = new Random(42);
    for (int round = 0; round < 2_000; round++) {
      int wanted = 1 + random.nextInt(4);
      List<Copy<Integer>> copies = new ArrayList<>();
      for (int i = 0; i < random.nextInt(6); i++) {
        copies.add(new Copy<>(i, random.nextBoolean(), random.nextBoolean()));
      }
      int next = 100;
      int steps = 0;
      while (copies.size() != wanted || !copies.stream().allMatch(c -> c.current() && c.ready())) {
        Rollout<Integer> step = Rollout.next(wanted, copies);
        long readyBefore = copies.stream().filter(Copy::ready).count();
        copies.removeIf(copy -> step.stop().contains(copy.instance()));
        assertThat(copies.stream().filter(Copy::ready).count())
            .isGreaterThanOrEqualTo(Math.min(readyBefore, wanted));
        // What is new becomes ready in the next step.
        copies.replaceAll(copy -> copy.current() ? new Copy<>(copy.instance(), true, true) : copy);
        for (int i = 0; i < step.start(); i++) {
          copies.add(new Copy<>(next++, true, false));
        }
        assertThat(++steps).as("steps of round %d", round).isLessThan(20);
      }
    }
  }
}
