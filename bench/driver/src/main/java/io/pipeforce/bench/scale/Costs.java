package io.pipeforce.bench.scale;

import io.pipeforce.bench.Results;
import io.pipeforce.bench.Spread;
import java.util.Collection;

/**
 * What one of each costs. Medians of what was measured.
 *
 * @param queueKib memory of a quorum queue on each of its three nodes
 * @param connectionKib memory of a connection on its node
 * @param consumerKib memory of a channel with a consumer on its node
 * @param queueIdle CPU of a quorum queue that rests, all three nodes together, µs each second
 * @param connectionIdle the same of a connection
 * @param consumerIdle the same of a consumer
 * @param message CPU of a message through a quorum queue, all three nodes together, µs
 * @param streamMessage CPU of a message through a stream to one reader, all three nodes together,
 *     µs
 * @param hotQueue messages a second of one quorum queue with three members
 * @param kedaQuestion CPU of one question among 2,000 queues, µs
 * @param handling CPU of an instance for a message, µs
 * @param instanceMib memory of an instance
 * @param hubRequest CPU of a hub for one event.send, µs
 */
record Costs(
    double queueKib,
    double connectionKib,
    double consumerKib,
    double queueIdle,
    double connectionIdle,
    double consumerIdle,
    double message,
    double streamMessage,
    double hotQueue,
    double kedaQuestion,
    double handling,
    double instanceMib,
    double hubRequest) {

  /**
   * @param scale docs/scale.tsv
   * @param sideBySide docs/benchmarks.tsv
   */
  static Costs of(Results scale, Results sideBySide) {
    String queue = AtRest.Thing.QUORUM_QUEUE.text + ScaleBench.WITH_THREE;
    String connection = AtRest.Thing.CONNECTION.text;
    String consumer = AtRest.Thing.CONSUMER.text;
    return new Costs(
        rabbit(scale, queue, AtRest.KIB),
        rabbit(scale, connection, AtRest.KIB),
        rabbit(scale, consumer, AtRest.KIB),
        rabbit(scale, queue, AtRest.CPU),
        rabbit(scale, connection, AtRest.CPU),
        rabbit(scale, consumer, AtRest.CPU),
        rabbit(scale, "8 quorum queues" + ScaleBench.WITH_THREE, Moving.CPU),
        rabbit(scale, "1 stream" + ScaleBench.WITH_THREE, Moving.CPU),
        rabbit(scale, "1 quorum queue" + ScaleBench.WITH_THREE, Moving.RATE),
        1000 * rabbit(scale, ScaleBench.KEDA, "CPU ms"),
        median(sideBySide.byRound("consume quorum", "pipeforce", "CPU µs/msg").values()),
        median(sideBySide.byRound("memory", "pipeforce", "idle MiB").values()),
        median(scale.byRound("hub event.send", "hub", HubWork.CPU).values()));
  }

  private static double rabbit(Results scale, String measurement, String metric) {
    Collection<Double> values = scale.byRound(measurement, "rabbitmq", metric).values();
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          "no figure for %s, %s; measure it with bench/scale".formatted(measurement, metric));
    }
    return median(values);
  }

  private static double median(Collection<Double> values) {
    return Spread.of(values).median();
  }
}
