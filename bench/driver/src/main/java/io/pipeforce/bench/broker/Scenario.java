package io.pipeforce.bench.broker;

import java.util.List;

/** One kind of load; runs once per broker and round. */
interface Scenario {
  /** As it stands in the results, with its variant. */
  String name();

  /** How it is measured, for the reader of the table. */
  String how();

  /** Whether durable queues and persistent messages are its subject. */
  Kind kind();

  List<Figure> run(Subject subject) throws Exception;

  /** A figure; the metric names its unit. */
  record Figure(String metric, double value) {}
}
