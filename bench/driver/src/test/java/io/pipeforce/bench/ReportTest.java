package io.pipeforce.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Map<String, String> LABELS = labels();

  private final Results results =
      new Results(
          Map.of(
              "command",
              "bench/run consume",
              "broker",
              "RabbitMQ 4",
              Report.HOW + "consume classic",
              "A full queue.",
              Report.VERSION + "plain",
              "amqp-client 5"),
          List.of(
              sample("plain", 1, "msg/s", 10_000),
              sample("pipeforce", 1, "msg/s", 12_000),
              sample("plain", 2, "msg/s", 30_000),
              sample("pipeforce", 2, "msg/s", 33_000),
              sample("plain", 3, "msg/s", 20_000),
              sample("pipeforce", 3, "msg/s", 26_000),
              sample("plain", 1, "CPU µs/msg", 20),
              sample(Noise.MACHINE, 1, "load", 0.5),
              sample(Noise.MACHINE, 1, "calibration ms", 200),
              sample(Noise.MACHINE, 1, "steal %", 0)));

  private static Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("pipeforce", "PIPEFORCE SDK");
    labels.put("plain", "amqp-client");
    labels.put("absent", "who did not take part");
    return labels;
  }

  private static Sample sample(String peer, int round, String metric, double value) {
    return new Sample("consume classic", peer, round, metric, value);
  }

  @Test
  void a_table_has_median_spread_and_the_median_of_the_ratios_of_each_round() {
    assertThat(new Report(results, LABELS).tables())
        .startsWith(
            """
            ## Consuming a full queue, classic

            A full queue.

            |  | msg/s | CPU µs per message | msg/s, × plain |
            | --- | ---: | ---: | ---: |
            | PIPEFORCE SDK | 26,000 (12,000–33,000) | – | 1.20 |
            | amqp-client | 20,000 (10,000–30,000) | 20.0 | 1.00 |
            """);
  }

  @Test
  void who_did_not_take_part_has_no_row() {
    assertThat(new Report(results, LABELS).document()).doesNotContain("who did not take part");
  }

  @Test
  void without_the_plain_client_nothing_is_compared() {
    Results alone = new Results(Map.of(), List.of(sample("pipeforce", 1, "msg/s", 12_000)));
    assertThat(new Report(alone, LABELS).tables())
        .contains("|  | msg/s | CPU µs per message |\n")
        .doesNotContain("× plain");
  }

  @Test
  void the_page_names_its_command_the_versions_and_the_noise() {
    assertThat(new Report(results, LABELS).document())
        .contains(
            "```sh\nbench/run consume\n```",
            "| broker | RabbitMQ 4 |",
            "| amqp-client | amqp-client 5 |",
            "| consume classic | 0.5 (0.5–0.5) | 200.0 (200.0–200.0) | 0.0 (0.0–0.0) |");
  }

  @Test
  void what_was_written_is_read_back_and_renders_the_same(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("results.tsv");
    results.write(file);
    Results read = Results.read(file);
    assertThat(read).isEqualTo(results);
    assertThat(new Report(read, LABELS).document())
        .isEqualTo(new Report(results, LABELS).document());
  }

  @Test
  void a_broken_line_is_named(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("results.tsv"), "# date\ttoday\nconsume\tplain\n");
    assertThatThrownBy(() -> Results.read(file))
        .hasMessageContaining("results.tsv:2: expected five fields");
  }
}
