package io.pipeforce.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PrefetchTest {
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Duration NO_WAIT = Duration.ZERO;
  private static final Duration LONG_WAIT = Duration.ofSeconds(61);

  private final Prefetch prefetch = new Prefetch(250, 2);

  @Test
  void a_handler_begins_with_what_it_works_on() {
    assertThat(prefetch.first()).isEqualTo(2);
  }

  @Test
  void a_message_that_came_back_from_dead_processes_proves_nothing() {
    assertThat(prefetch.proven(0)).isTrue();
    assertThat(prefetch.proven(1)).isTrue();
    assertThat(prefetch.proven(2)).isFalse();
  }

  @Test
  void a_fast_handler_keeps_the_whole_number() {
    assertThat(prefetch.next(250, 100_000, INTERVAL, NO_WAIT)).isEqualTo(250);
  }

  @Test
  void a_slow_handler_gives_back_what_it_does_not_get_done_in_a_minute() {
    assertThat(prefetch.next(250, 10, INTERVAL, LONG_WAIT)).isEqualTo(20);
    assertThat(prefetch.next(250, 0, INTERVAL, LONG_WAIT)).isEqualTo(2);
  }

  @Test
  void an_idle_handler_changes_nothing() {
    assertThat(prefetch.next(250, 0, INTERVAL, NO_WAIT)).isEqualTo(250);
    assertThat(prefetch.next(20, 0, INTERVAL, NO_WAIT)).isEqualTo(20);
  }

  @Test
  void a_handler_that_became_faster_gets_more() {
    assertThat(prefetch.next(20, 50, INTERVAL, NO_WAIT)).isEqualTo(100);
    assertThat(prefetch.next(20, 100_000, INTERVAL, NO_WAIT)).isEqualTo(250);
  }

  @Test
  void a_little_faster_is_no_reason_to_change() {
    assertThat(prefetch.next(20, 30, INTERVAL, NO_WAIT)).isEqualTo(20);
  }

  @Test
  void there_are_never_fewer_than_are_worked_on() {
    assertThat(new Prefetch(1, 8).most()).isEqualTo(8);
  }
}
