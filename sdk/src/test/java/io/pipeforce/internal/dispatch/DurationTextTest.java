package io.pipeforce.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({"300ms, PT0.3S", "30s, PT30S", "5m, PT5M", "2h, PT2H", "90s, PT1M30S"})
  void a_number_and_a_unit_are_read_and_written_alike(String text, Duration duration) {
    assertThat(DurationText.parse(text)).isEqualTo(duration);
    assertThat(DurationText.format(duration)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "m", "5 m", "-1s", "1.5s", "5min", "99999999999s"})
  void anything_else_is_refused_with_an_example(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("30s");
  }
}
