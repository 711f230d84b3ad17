package io.pipeforce.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void the_median_of_an_odd_number_is_the_middle_one() {
    assertThat(Spread.of(List.of(9.0, 1.0, 4.0))).isEqualTo(new Spread(4, 1, 9, 3));
  }

  @Test
  void the_median_of_an_even_number_lies_between_the_middle_two() {
    assertThat(Spread.of(List.of(8.0, 1.0, 4.0, 2.0))).isEqualTo(new Spread(3, 1, 8, 4));
  }

  @Test
  void without_figures_there_is_no_median() {
    assertThatThrownBy(() -> Spread.of(List.of())).hasMessage("no figures");
  }

  @Test
  void a_percentile_is_the_nearest_rank() {
    long[] sorted = LongStream.rangeClosed(1, 1000).toArray();
    assertThat(Spread.percentile(sorted, 0.5)).isEqualTo(500);
    assertThat(Spread.percentile(sorted, 0.99)).isEqualTo(990);
    assertThat(Spread.percentile(sorted, 0.999)).isEqualTo(999);
    assertThat(Spread.percentile(new long[] {7}, 0.999)).isEqualTo(7);
  }
}
