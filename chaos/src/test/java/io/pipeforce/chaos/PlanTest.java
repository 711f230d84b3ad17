package io.pipeforce.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final List<FaultKind> ALL = List.of(FaultKind.values());

  @Test
  void the_same_seed_gives_the_same_plan_and_another_seed_another_one() {
    assertThat(Plan.of(7, 10_000, ALL, 40)).isEqualTo(Plan.of(7, 10_000, ALL, 40));
    assertThat(Plan.of(7, 10_000, ALL, 40)).isNotEqualTo(Plan.of(8, 10_000, ALL, 40));
  }

  @Test
  void every_kind_of_fault_happens_in_every_plan() {
    LongStream.range(0, 100)
        .forEach(seed -> {
          Plan plan = Plan.of(seed, 5_000, ALL, 0);
          assertThat(plan.steps()).hasSize(ALL.size());
          assertThat(
                  plan.steps().stream().map(step -> step.faults().getFirst().getClass()).distinct())
              .hasSize(ALL.size());
        });
  }

  @Test
  void the_moments_are_in_order_and_leave_messages_for_the_last_fault() {
    LongStream.range(0, 100)
        .forEach(seed -> {
          List<Integer> moments =
              Plan.of(seed, 10_000, ALL, 50).steps().stream().map(Plan.Step::at).toList();
          assertThat(moments).isSorted().doesNotHaveDuplicates();
          assertThat(moments.getFirst()).isPositive();
          assertThat(moments.getLast()).isLessThan(9_800);
        });
  }

  @Test
  void two_faults_at_the_same_time_do_not_concern_the_same_part() {
    LongStream.range(0, 100)
        .mapToObj(seed -> Plan.of(seed, 10_000, ALL, 50))
        .flatMap(plan -> plan.steps().stream())
        .filter(step -> step.faults().size() > 1)
        .forEach(step -> {
          assertThat(step.faults()).hasSize(2);
          assertThat(step.faults()).noneMatch(Fault.DeleteQueue.class::isInstance);
          assertThat(step.faults().get(0).getClass()).isNotEqualTo(step.faults().get(1).getClass());
        });
  }
}
