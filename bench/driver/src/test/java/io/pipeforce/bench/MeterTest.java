package io.pipeforce.bench;

import static org.assertj.core.api.Assertions.assertThat;

import bench.Order;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class MeterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Handles five orders as a peer would. */
  static final class Peer {
    private Peer() {}

    public static void main(String[] arguments) throws InterruptedException {
      for (int i = 0; i < 5; i++) {
        bench.Meter.handled(Order.numbered(i));
      }
      Thread.currentThread().join();
    }
  }

  @Test
  void an_order_is_about_a_kibibyte() {
    String json = new JsonMapper().writeValueAsString(Order.numbered(123_456).sentNow());
    assertThat(json.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(900, 1150);
  }

  @Test
  void the_clock_of_a_child_is_that_of_the_driver_and_the_checksum_that_of_all_orders()
      throws InterruptedException {
    long before = System.nanoTime();
    try (PeerProcess process =
        PeerProcess.start(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Peer.class.getName()),
            Map.of("BENCH_EXPECT", "5", "BENCH_WARM_UP", "2"))) {
      Duration first = process.first(PATIENCE);
      PeerProcess.Done done = process.done(PATIENCE);
      Duration passed = Duration.ofNanos(System.nanoTime() - before);
      assertThat(first).isPositive().isLessThan(passed);
      assertThat(done.sinceStart()).isBetween(first, passed);
      assertThat(done.time()).isPositive().isLessThan(done.sinceStart());
      long sum = 0;
      for (int i = 0; i < 5; i++) {
        sum += Order.numbered(i).total();
      }
      assertThat(done.checksum()).isEqualTo(sum);
      assertThat(process.memory("VmHWM")).isGreaterThan(5);
    }
  }
}
