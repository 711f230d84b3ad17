package io.pipeforce.bench.scale;

import static io.pipeforce.bench.Markdown.number;

import io.pipeforce.bench.Markdown;
import io.pipeforce.bench.Noise;
import io.pipeforce.bench.Results;
import io.pipeforce.bench.Sample;
import io.pipeforce.bench.Spread;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The tables of docs/scale.md. */
final class PlanPage {
  static final List<Demand> DEMANDS =
      List.of(
          new Demand("10 services, 10 msg/s", 10, 10),
          new Demand("1,000 services, 1,000 msg/s", 1_000, 1_000),
          new Demand("100,000 services, 100,000 msg/s", 100_000, 100_000),
          new Demand("1,000 services, 1 million msg/s", 1_000, 1_000_000));

  private final Results figures;
  private final List<Plan> plans;

  /**
   * @param figures docs/scale.tsv
   * @param sideBySide docs/benchmarks.tsv
   */
  PlanPage(Results figures, Results sideBySide) {
    this.figures = figures;
    Costs costs = Costs.of(figures, sideBySide);
    this.plans = DEMANDS.stream().map(demand -> new Plan(demand, costs)).toList();
  }

  /** What was measured: medians, with the least and the greatest, and the load of the machine. */
  String measured() {
    StringBuilder text = new StringBuilder();
    Markdown.line(List.of("measured", "median (least–greatest)", "n", "load"), text);
    text.append("| --- | --- | ---: | ---: |\n");
    figures.samples().stream().map(Sample::measurement).distinct().forEach(each -> row(each, text));
    return text.toString();
  }

  private void row(String measurement, StringBuilder text) {
    List<Sample> samples =
        figures.samples().stream()
            .filter(sample -> sample.measurement().equals(measurement))
            .filter(sample -> !sample.peer().equals(Noise.MACHINE))
            // What the steps were on the way tells whether it is linear.
            .filter(sample -> !sample.metric().startsWith(AtRest.KIB + " of "))
            .toList();
    String all =
        samples.stream()
            .map(Sample::metric)
            .distinct()
            .map(metric ->
                metric
                    + " "
                    + spread(
                        samples.stream()
                            .filter(sample -> sample.metric().equals(metric))
                            .map(Sample::value)
                            .toList()))
            .collect(Collectors.joining("; "));
    Markdown.line(
        List.of(
            measurement,
            all,
            String.valueOf(samples.stream().mapToInt(Sample::round).max().orElse(0)),
            spread(figures.byRound(measurement, Noise.MACHINE, "load").values())),
        text);
  }

  private static String spread(Collection<Double> values) {
    Spread spread = Spread.of(values);
    return Markdown.spread(spread, spread.median() < 20 ? 1 : 0);
  }

  /** What the demands take. */
  String plan() {
    StringBuilder text = new StringBuilder();
    List<String> head = new ArrayList<>(List.of("computed"));
    plans.forEach(plan -> head.add(plan.demand().name()));
    Markdown.line(head, text);
    Markdown.rule(head.size(), text);
    row("quorum queues", plan -> number(plan.demand().queues(), 0), text);
    row("connections", plan -> number(plan.demand().connections(), 0), text);
    row("RabbitMQs of three nodes", plan -> number(plan.brokers(), 0), text);
    row("… memory of each node by what rests, MiB", plan -> number(plan.nodeMemory(), 0), text);
    row("… cores of all, at work", plan -> number(plan.used(Limit.BROKER_CPU), 1), text);
    row("… cores of all, were it streams", plan -> number(plan.streamCores(), 1), text);
    row("… quorum queues that carry all, at least", plan -> number(plan.hotQueues(), 0), text);
    row(
        "… cores of each for KEDA, were all services scaled",
        plan -> number(plan.kedaCores(), 2),
        text);
    row("namespaces, each with two hubs", plan -> number(plan.namespaces(), 0), text);
    row("cores of all hubs", plan -> number(plan.hubCores(), 2), text);
    row("pods", plan -> number(plan.pods(), 0), text);
    row("cores of all handlers", plan -> number(plan.handlingCores(), 1), text);
    row("machines for services", plan -> number(plan.machines(), 0), text);
    row("Kubernetes clusters", plan -> number(plan.clusters(), 0), text);
    row("etcd of all, MiB", plan -> number(plan.used(Limit.ETCD), 1), text);
    return text.toString();
  }

  private void row(String name, Function<Plan, String> figure, StringBuilder text) {
    List<String> cells = new ArrayList<>(List.of(name));
    plans.forEach(plan -> cells.add(figure.apply(plan)));
    Markdown.line(cells, text);
  }

  /** What breaks first when there is one namespace with one RabbitMQ only. */
  String first() {
    StringBuilder text = new StringBuilder();
    Markdown.line(List.of("computed, in one namespace", "is exceeded, most first"), text);
    text.append("| --- | --- |\n");
    for (Plan plan : plans) {
      List<Limit> beyond = plan.first().stream().filter(limit -> plan.times(limit) > 1).toList();
      Markdown.line(
          List.of(
              plan.demand().name(),
              beyond.isEmpty()
                  ? "nothing; nearest: " + part(plan, plan.first().getFirst())
                  : beyond.stream()
                      .map(limit -> part(plan, limit))
                      .collect(Collectors.joining(", "))),
          text);
    }
    return text.toString();
  }

  private static String part(Plan plan, Limit limit) {
    double times = plan.times(limit);
    return "%s × %s (%s)"
        .formatted(number(times, times < 2 ? 2 : 0), limit.text, number(limit.most, 0));
  }
}
