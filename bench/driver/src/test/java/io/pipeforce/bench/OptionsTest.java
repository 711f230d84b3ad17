package io.pipeforce.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void without_arguments_everything_is_measured_and_published() {
    Options options = Options.parse(List.of());
    assertThat(options.measurements()).isEqualTo(Options.MEASUREMENTS);
    assertThat(options.everything()).isTrue();
  }

  @Test
  void a_part_or_a_smoke_run_is_not_published() {
    assertThat(Options.parse(List.of("consume")).everything()).isFalse();
    assertThat(Options.parse(List.of("--quick")).everything()).isFalse();
    assertThat(Options.parse(List.of("--peers", "plain,pipeforce")).everything()).isFalse();
  }

  @Test
  void peers_keep_the_order_of_the_table() {
    assertThat(Options.parse(List.of("--peers", "plain,pipeforce")).peers())
        .extracting(Peer::id)
        .containsExactly("pipeforce", "plain");
  }

  @Test
  void a_misspelt_argument_is_refused_with_the_choices() {
    assertThatThrownBy(() -> Options.parse(List.of("--peers", "plian")))
        .hasMessageContaining("unknown peer plian; choose among [pipeforce");
    assertThatThrownBy(() -> Options.parse(List.of("consum")))
        .hasMessageContaining("unknown argument consum; choose among [consume, latency");
    assertThatThrownBy(() -> Options.parse(List.of("--runs"))).hasMessage("--runs needs a value");
  }
}
