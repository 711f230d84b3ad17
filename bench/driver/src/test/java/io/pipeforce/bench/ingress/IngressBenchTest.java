package io.pipeforce.bench.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IngressBenchTest {
  @Test
  void bodies_far_larger_than_the_memory_pass_and_everything_has_a_figure() throws Exception {
    assertThat(IngressBench.run(1, 20, 256L << 20))
        .contains("| 1 KiB, 32 connections | requests/s |")
        .contains("| upload | MiB/s |");
  }
}
