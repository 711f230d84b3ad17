package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever clients say, in whatever order and however broken: see {@link Fuzzer} for more of it.
 */
class FuzzTest {
  private static final Duration A_WHILE = Duration.ofSeconds(6);
  private static final Duration BEARABLE = Duration.ofSeconds(5);

  private static void check(Fuzzer.Report report) {
    assertThat(report.findings()).as(report.text()).isEmpty();
    assertThat(report.slowest()).isLessThan(BEARABLE);
    assertThat(report.frames()).isGreaterThan(10_000);
  }

  @Test
  void hostile_clients_leave_nothing_behind_and_disturb_nobody() throws Exception {
    check(Fuzzer.run(BrokerOptions.local(), 2026, Long.MAX_VALUE, A_WHILE));
  }

  @Test
  void nor_do_they_where_all_is_kept_on_disk(@TempDir Path folder) throws Exception {
    check(Fuzzer.run(BrokerOptions.local().withData(folder), 1_000_000, Long.MAX_VALUE, A_WHILE));
  }

  @Test
  void a_seed_always_means_the_same_octets() {
    for (int seed = 0; seed < 50; seed++) {
      assertThat(HostileScript.of(seed).text()).isEqualTo(HostileScript.of(seed).text());
    }
  }
}
