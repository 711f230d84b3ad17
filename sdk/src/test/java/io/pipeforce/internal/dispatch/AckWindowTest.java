package io.pipeforce.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipeforce.internal.dispatch.AckWindow.Ack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AckWindowTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final long BEFORE = PATIENCE.toNanos() - 1;

  private final AckWindow window = new AckWindow(PATIENCE);

  @Test
  void finished_deliveries_in_a_row_share_one_ack() {
    window.finish(1, 0);
    window.finish(2, 0);
    window.finish(3, 0);

    assertThat(window.take(0)).containsExactly(new Ack(3, true));
    assertThat(window.waiting()).isZero();
    assertThat(window.take(PATIENCE.toNanos())).isEmpty();
  }

  @Test
  void a_single_delivery_is_acked_alone() {
    window.finish(1, 0);

    assertThat(window.take(0)).containsExactly(new Ack(1, false));
  }

  @Test
  void what_is_finished_behind_an_unfinished_one_waits_for_it() {
    window.finish(2, 0);
    window.finish(3, 0);

    assertThat(window.take(BEFORE)).isEmpty();
    window.finish(1, BEFORE);
    assertThat(window.take(BEFORE)).containsExactly(new Ack(3, true));
  }

  @Test
  void a_slow_delivery_holds_back_the_others_only_for_the_patience() {
    window.finish(2, 0);
    window.finish(4, 0);

    assertThat(window.take(PATIENCE.toNanos()))
        .containsExactly(new Ack(2, false), new Ack(4, false));
    assertThat(window.waiting()).isZero();
  }

  @Test
  void an_ack_of_many_ends_at_one_that_was_not_acked_before() {
    window.finish(2, 0);
    window.take(PATIENCE.toNanos());
    window.finish(1, PATIENCE.toNanos());

    // 2 is acked already; the broker would refuse it as unknown.
    assertThat(window.take(PATIENCE.toNanos())).containsExactly(new Ack(1, false));
  }

  @Test
  void what_was_settled_otherwise_gets_no_ack_and_blocks_none() {
    window.finish(1, 0);
    window.leave(2);
    window.finish(3, 0);

    assertThat(window.take(0)).containsExactly(new Ack(3, true));
    window.leave(4);
    assertThat(window.take(PATIENCE.toNanos())).isEmpty();
  }

  @Test
  void a_delivery_is_finished_only_once() {
    window.finish(1, 0);

    assertThatThrownBy(() -> window.finish(1, 0)).hasMessageContaining("delivery tag 1");
  }

  /** A broker that accepts exactly what RabbitMQ accepts, as the oracle. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void every_finished_delivery_is_acked_once_and_no_unfinished_one_ever(long seed) {
    Random random = new Random(seed);
    TreeSet<Long> outstanding = new TreeSet<>();
    TreeSet<Long> finished = new TreeSet<>();
    List<Long> running = new ArrayList<>();
    long next = 1;
    long now = 0;
    for (int step = 0; step < 30_000; step++) {
      now += random.nextLong(PATIENCE.toNanos() / 50);
      if (running.size() < 20 && random.nextInt(3) > 0) {
        outstanding.add(next);
        running.add(next++);
      } else if (!running.isEmpty()) {
        // Mostly the oldest, as in life; the first one now and then stays for long.
        int index =
            random.nextInt(4) > 0
                ? Math.min(1, running.size() - 1)
                : random.nextInt(running.size());
        long tag = running.remove(index);
        if (random.nextInt(10) == 0) {
          window.leave(tag);
          outstanding.remove(tag);
        } else {
          window.finish(tag, now);
          finished.add(tag);
        }
      }
      if (random.nextInt(5) == 0) {
        for (Ack ack : window.take(now)) {
          assertThat(outstanding).as("unknown delivery tag").contains(ack.tag());
          List<Long> acked =
              ack.multiple()
                  ? new ArrayList<>(outstanding.headSet(ack.tag(), true))
                  : List.of(ack.tag());
          assertThat(finished).as("acked before it was finished").containsAll(acked);
          outstanding.removeAll(acked);
          acked.forEach(finished::remove);
        }
        assertThat(window.waiting()).isEqualTo(finished.size());
      }
    }
    for (long tag : running) {
      window.finish(tag, now);
      finished.add(tag);
    }
    for (Ack ack : window.take(now)) {
      finished.removeIf(tag -> ack.multiple() ? tag <= ack.tag() : tag == ack.tag());
    }
    assertThat(finished).isEmpty();
    assertThat(window.waiting()).isZero();
  }
}
