package io.pipeforce.internal.health;

import io.pipeforce.internal.dispatch.Ledger;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Writes the metrics of the service, of the JVM, and whatever the service registered in {@link
 * PrometheusRegistry#defaultRegistry}, in the <a
 * href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus text format</a>.
 */
final class Exposition {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final HealthSource source;
  private final Metrics metrics;
  private final PrometheusRegistry jvm = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  Exposition(HealthSource source, Metrics metrics) {
    this.source = source;
    this.metrics = metrics;
    JvmMetrics.builder().register(jvm);
  }

  byte[] text() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    service(all);
    for (PrometheusRegistry registry :
        new PrometheusRegistry[] {jvm, PrometheusRegistry.defaultRegistry}) {
      for (MetricSnapshot snapshot : registry.scrape()) {
        // A service may have registered the JVM's metrics itself; each name may appear only once.
        if (!all.containsMetricName(snapshot.getMetadata().getName())) {
          all.metricSnapshot(snapshot);
        }
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 * 1024);
    try {
      writer.write(bytes, all.build(), EscapingScheme.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void service(MetricSnapshots.Builder all) {
    Map<String, Ledger.Entry> handlers = source.handlers();
    all.metricSnapshot(
        perHandler("received", "Deliveries from the broker", handlers, Ledger.Entry::received));
    all.metricSnapshot(
        perHandler("acked", "Deliveries handled and acknowledged", handlers, Ledger.Entry::acked));
    all.metricSnapshot(
        perHandler(
            "unmatched",
            "Deliveries that no pattern of the handler matches (a stale binding)",
            handlers,
            Ledger.Entry::unmatched));
    all.metricSnapshot(
        perHandler("retried", "Deliveries sent to a delay queue", handlers, Ledger.Entry::retried));
    all.metricSnapshot(
        perHandler(
            "dead", "Deliveries sent to the dead-letter queue", handlers, Ledger.Entry::dead));
    all.metricSnapshot(
        perHandler(
            "returned",
            "Deliveries left to the broker, which delivers them again",
            handlers,
            Ledger.Entry::returned));
    GaugeSnapshot.Builder inFlight =
        GaugeSnapshot.builder()
            .name("pipeforce_deliveries_in_flight")
            .help("Deliveries that are not settled yet");
    handlers.forEach((handler, entry) ->
        inFlight.dataPoint(
            GaugeDataPointSnapshot.builder()
                .labels(Labels.of("handler", handler))
                .value((double) entry.inFlight())
                .build()));
    all.metricSnapshot(inFlight.build());
    all.metricSnapshot(durations());
    all.metricSnapshot(
        counter("published", "Messages published and confirmed", metrics.publishedCount()));
    all.metricSnapshot(
        counter(
            "unroutable", "Published messages that reached no queue", metrics.unroutableCount()));
    all.metricSnapshot(
        counter("connections", "Connections made to the broker", metrics.connectionCount()));
    all.metricSnapshot(
        counter("blocked", "Times that the broker took no more messages", metrics.blockedCount()));
    all.metricSnapshot(
        counters(
            "resubscriptions",
            "Consumers that were subscribed again",
            "reason",
            metrics.resubscriptionCounts()));
    all.metricSnapshot(
        counters(
            "redeclarations",
            "What was gone while the connection stood, and was made again",
            "what",
            metrics.redeclarationCounts()));
    all.metricSnapshot(
        GaugeSnapshot.builder()
            .name("pipeforce_ready")
            .help("1 when messages would be handled now, else 0")
            .dataPoint(GaugeDataPointSnapshot.builder().value(source.ready() ? 1 : 0).build())
            .build());
  }

  private static CounterSnapshot counters(
      String name, String help, String label, Map<String, Long> counts) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder().name("pipeforce_" + name).help(help);
    counts.forEach((word, count) -> counter.dataPoint(point(Labels.of(label, word), count)));
    return counter.build();
  }

  private HistogramSnapshot durations() {
    HistogramSnapshot.Builder histogram =
        HistogramSnapshot.builder()
            .name("pipeforce_handler_duration_seconds")
            .help("How long calls of the handler took");
    metrics
        .durations()
        .forEach((handler, durations) ->
            histogram.dataPoint(
                HistogramDataPointSnapshot.builder()
                    .labels(Labels.of("handler", handler))
                    .classicHistogramBuckets(
                        ClassicHistogramBuckets.of(DurationHistogram.BOUNDS, durations.counts()))
                    .sum(durations.sumSeconds())
                    .build()));
    return histogram.build();
  }

  private static CounterSnapshot perHandler(
      String what,
      String help,
      Map<String, Ledger.Entry> handlers,
      ToLongFunction<Ledger.Entry> column) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder().name("pipeforce_deliveries_" + what).help(help);
    handlers.forEach((handler, entry) ->
        counter.dataPoint(point(Labels.of("handler", handler), column.applyAsLong(entry))));
    return counter.build();
  }

  private static CounterSnapshot counter(String what, String help, long value) {
    return CounterSnapshot.builder()
        .name("pipeforce_" + what)
        .help(help)
        .dataPoint(point(Labels.EMPTY, value))
        .build();
  }

  private static CounterDataPointSnapshot point(Labels labels, long value) {
    return CounterDataPointSnapshot.builder().labels(labels).value((double) value).build();
  }
}
