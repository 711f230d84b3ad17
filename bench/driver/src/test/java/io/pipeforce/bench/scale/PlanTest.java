package io.pipeforce.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pipeforce.bench.Results;
import io.pipeforce.bench.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final Path DOCS = Path.of("../../docs").toAbsolutePath().normalize();

  /** Round figures, near to what was measured. */
  private static final Costs COSTS =
      new Costs(100, 50, 30, 60, 40, 20, 200, 100, 10_000, 20_000, 25, 64, 400);

  private static Plan plan(int services, int messages) {
    return new Plan(new Demand("", services, messages), COSTS);
  }

  @Test
  void ten_services_fit_into_one_of_each() {
    Plan plan = plan(10, 10);

    assertThat(plan.times(plan.first().getFirst())).isLessThan(1);
    assertThat(plan.brokers()).isEqualTo(1);
    assertThat(plan.namespaces()).isEqualTo(1);
    assertThat(plan.clusters()).isEqualTo(1);
    assertThat(plan.machines()).isEqualTo(1);
    assertThat(plan.pods()).isEqualTo(20 + 2 + 3);
  }

  @Test
  void the_memory_of_the_hub_is_the_first_limit_of_many_services_and_the_queues_the_next() {
    Plan plan = plan(100_000, 100_000);

    assertThat(plan.first()).startsWith(Limit.HUB_MEMORY, Limit.QUEUES);
    assertThat(plan.brokers()).isEqualTo(101);
    assertThat(plan.namespaces()).isEqualTo(101);
    assertThat(plan.clusters()).isEqualTo(5);
  }

  @Test
  void the_cores_of_the_brokers_are_the_first_limit_of_many_messages() {
    Plan plan = plan(1_000, 1_000_000);

    assertThat(plan.first().getFirst()).isEqualTo(Limit.BROKER_CPU);
    // 200 cores for messages, and a third of one for what rests; 6 of each cluster are used.
    assertThat(plan.used(Limit.BROKER_CPU)).isCloseTo(200.36, within(0.005));
    assertThat(plan.brokers()).isEqualTo(34);
    assertThat(plan.streamCores()).isEqualTo(100);
    assertThat(plan.hotQueues()).isEqualTo(100);
    assertThat(plan.handlingCores()).isEqualTo(25);
  }

  @Test
  void what_rests_takes_memory_of_each_node_or_of_one() {
    Plan plan = plan(300, 0);

    // 606 queues on each of three nodes; of 1,200 connections and 1,200 consumers a third on each.
    assertThat(plan.nodeMemory())
        .isCloseTo(107 + (606 * 100 + 400 * 50 + 400 * 30) / 1024.0, within(0.005));
  }

  @Test
  void a_figure_that_is_missing_is_named() {
    Results none = new Results(Map.of(), List.of(new Sample("x", "y", 1, "z", 1)));

    assertThatThrownBy(() -> Costs.of(none, none))
        .hasMessage(
            "no figure for quorum queue, 3 members, KiB a node each; measure it with bench/scale");
  }

  @Test
  void a_demand_is_for_at_least_one_service() {
    assertThatThrownBy(() -> new Demand("none", 0, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_tables_of_the_page_are_computed_from_the_figures() throws IOException {
    PlanPage tables =
        new PlanPage(
            Results.read(DOCS.resolve("scale.tsv")), Results.read(DOCS.resolve("benchmarks.tsv")));

    assertThat(Files.readString(DOCS.resolve("scale.md")))
        .contains(tables.measured())
        .contains(tables.plan())
        .contains(tables.first());
  }
}
