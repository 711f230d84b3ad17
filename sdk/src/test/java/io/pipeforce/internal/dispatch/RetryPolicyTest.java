package io.pipeforce.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipeforce.DeadLetterException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private final RetryPolicy policy =
      new RetryPolicy(List.of(Duration.ofSeconds(1), Duration.ofSeconds(5)));
  private final Exception error = new IllegalStateException("no stock");

  @Test
  void each_failure_waits_for_the_next_rung() {
    assertThat(policy.next(1, error)).isEqualTo(new Outcome.Retry(Duration.ofSeconds(1), error));
    assertThat(policy.next(2, error)).isEqualTo(new Outcome.Retry(Duration.ofSeconds(5), error));
  }

  @Test
  void after_the_last_rung_the_message_is_dead_with_the_last_error() {
    assertThat(policy.next(3, error))
        .isEqualTo(
            new Outcome.Dead(
                "failed 3 times, last: java.lang.IllegalStateException: no stock", error));
  }

  @Test
  void without_rungs_the_first_failure_is_the_last() {
    assertThat(new RetryPolicy(List.of()).next(1, error))
        .isInstanceOfSatisfying(
            Outcome.Dead.class, dead -> assertThat(dead.reason()).startsWith("failed 1 time, "));
  }

  @Test
  void a_handler_that_says_so_is_not_retried() {
    DeadLetterException said = new DeadLetterException("customer is unknown");

    assertThat(policy.next(1, said)).isEqualTo(new Outcome.Dead("customer is unknown", said));
  }

  @Test
  void an_undecodable_payload_is_not_retried() {
    UndecodableException undecodable = new UndecodableException("the body is no Order", error);

    assertThat(policy.next(1, undecodable))
        .isEqualTo(new Outcome.Dead("undecodable payload: the body is no Order", undecodable));
  }

  @Test
  void a_delay_is_positive_and_fits_into_a_time_to_live() {
    assertThatThrownBy(() -> new RetryPolicy(List.of(Duration.ZERO)))
        .hasMessageContaining("positive");
    assertThatThrownBy(() -> new RetryPolicy(List.of(Duration.ofDays(50))))
        .hasMessageContaining("at most 49 days");
  }
}
