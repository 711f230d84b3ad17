package io.pipeforce.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private final Traffic traffic = new Traffic(1, 100_000, 3);

  private long count(Kind kind) {
    return IntStream.range(0, traffic.messages()).filter(id -> traffic.kind(id) == kind).count();
  }

  @Test
  void there_are_messages_of_every_kind_and_most_are_fast() {
    assertThat(Arrays.stream(Kind.values()).allMatch(kind -> count(kind) > 0)).isTrue();
    assertThat(count(Kind.FAST)).isBetween(75_000L, 81_000L);
  }

  @Test
  void as_many_kill_the_process_as_were_asked_for() {
    assertThat(count(Kind.POISON)).isEqualTo(3);
  }

  @Test
  void what_fails_too_often_is_meant_to_be_a_dead_letter() {
    for (int id = 0; id < traffic.messages(); id++) {
      boolean hopeless =
          switch (traffic.kind(id)) {
            case REJECT -> true;
            case FLAKY -> traffic.failures(id) >= Traffic.FLAKY_ATTEMPTS;
            case SLOW -> traffic.failures(id) > 3;
            case FAST, BOTH, ORDERED, RELAY, POISON -> false;
          };
      assertThat(traffic.death(id).isPresent()).as("message %d", id).isEqualTo(hopeless);
    }
  }
}
