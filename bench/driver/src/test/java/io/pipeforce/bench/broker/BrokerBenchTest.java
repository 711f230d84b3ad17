package io.pipeforce.bench.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipeforce.bench.Results;
import io.pipeforce.bench.Sample;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerBenchTest {
  private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

  @Test
  void a_quick_run_has_a_figure_for_everything(@TempDir Path folder) throws Exception {
    BrokerOptions options = BrokerOptions.parse(List.of("--quick", "--alone"), HOME);

    Results results = BrokerBench.run(HOME, options, folder.resolve("results.tsv"));

    assertThat(results.facts().keySet()).noneMatch(name -> name.startsWith(Page.FAILURE));
    String page = new Page(Results.read(folder.resolve("results.tsv"))).document();
    for (Scenario scenario : options.scenarios()) {
      assertThat(results.byRound(scenario.name(), Subject.DEV, metric(scenario))).hasSize(1);
      assertThat(page).contains("| " + scenario.name() + " | ");
    }
    assertThat(page).contains("| backlog of 10,000 | ", "| start as a JVM | ");
  }

  private static String metric(Scenario scenario) {
    return switch (scenario) {
      case Flow _ -> "msg/s";
      case Pace _ -> "p99 ms";
      default -> "ms";
    };
  }

  @Test
  void a_ratio_is_that_of_each_round() {
    Results results =
        new Results(
            Map.of(),
            List.of(
                sample(Subject.DEV, 1, 300),
                sample(Subject.RABBITMQ, 1, 100),
                sample(Subject.DEV, 2, 40),
                sample(Subject.RABBITMQ, 2, 10),
                sample(Subject.DEV, 3, 5)));

    assertThat(new Page(results).tables())
        .contains("| transient, publish, 1 KiB | 40 (5–300) | 55 (10–100) | 3.50 (3.00–4.00) |");
  }

  private static Sample sample(String subject, int round, double rate) {
    return new Sample("transient, publish, 1 KiB", subject, round, "msg/s", rate);
  }

  @Test
  void what_is_unknown_is_named() {
    assertThatThrownBy(() -> BrokerOptions.parse(List.of("--fast", "--alone"), HOME))
        .hasMessageContaining("unknown argument --fast");
  }
}
