package io.pipeforce.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.internal.dispatch.HandlerRules.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandlerRulesTest {
  @Test
  void good_settings_have_no_problem() {
    assertThat(HandlerRules.problems(List.of("a.*", "#"), 8, "5m", false, List.of("1s", "10m")))
        .isEmpty();
    assertThat(HandlerRules.problems(List.of("a"), 1, "1ms", true, List.of())).isEmpty();
  }

  @Test
  void everything_that_is_wrong_is_reported_together_with_its_place() {
    assertThat(HandlerRules.problems(List.of("a", ".b"), 0, "0s", true, List.of("1s", "later")))
        .extracting(Problem::attribute, problem -> problem.index())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("value", 1),
            org.assertj.core.groups.Tuple.tuple("concurrency", 0),
            org.assertj.core.groups.Tuple.tuple("maxDuration", 0),
            org.assertj.core.groups.Tuple.tuple("retry", 1));
  }
}
