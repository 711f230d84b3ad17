package io.pipeforce.internal.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.pipeforce.Message;
import io.pipeforce.MessageProperties;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeliveryTraceTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + SPAN + "-01";
  private static final String QUEUE = "pipeforce.service.hello.HelloService.greeting";

  @BeforeEach
  @AfterEach
  void reset() {
    GlobalOpenTelemetry.resetForTest();
  }

  private static Message message(Map<String, Object> headers) {
    MessageProperties properties =
        new MessageProperties(
            Optional.empty(),
            Optional.empty(),
            Optional.of("conversation"),
            Optional.empty(),
            Optional.of("id-1"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new Message("topic", "order.created", headers, properties, new byte[3]);
  }

  private static Map<String, Object> inject(Map<String, Object> headers) {
    DeliveryTrace.injectCurrent(headers);
    return headers;
  }

  @Nested
  class Without_an_sdk {
    @Test
    void the_context_that_came_is_carried_on_unchanged() {
      Map<String, Object> published = new HashMap<>();
      Map<String, Object> sentInTheCall = new HashMap<>();

      try (DeliveryTrace trace =
          DeliveryTrace.begin(
              QUEUE, message(Map.of("traceparent", TRACEPARENT, "tracestate", "vendor=1")), 1)) {
        trace.around(() -> inject(sentInTheCall));
        trace.inject(published);
        assertThat(trace.traceId()).hasValue(TRACE);
      }

      assertThat(published).isEqualTo(Map.of("traceparent", TRACEPARENT, "tracestate", "vendor=1"));
      assertThat(sentInTheCall).isEqualTo(published);
    }

    @Test
    void where_none_came_none_is_made_up() {
      Map<String, Object> published = new HashMap<>();

      try (DeliveryTrace trace = DeliveryTrace.begin(QUEUE, message(Map.of()), 1)) {
        trace.inject(published);
        trace.around(() -> inject(published));
        assertThat(trace.traceId()).isEmpty();
      }

      assertThat(published).isEmpty();
    }

    @Test
    void a_malformed_context_is_not_carried_on() {
      Map<String, Object> published = new HashMap<>();

      try (DeliveryTrace trace =
          DeliveryTrace.begin(QUEUE, message(Map.of("traceparent", "nonsense")), 1)) {
        trace.inject(published);
      }

      assertThat(published).isEmpty();
    }

    @Test
    void the_service_may_still_set_an_sdk_after_the_first_delivery() {
      DeliveryTrace.begin(QUEUE, message(Map.of()), 1).close();

      assertThatCode(() -> OpenTelemetrySdk.builder().buildAndRegisterGlobal().close())
          .doesNotThrowAnyException();
    }
  }

  @Nested
  class With_an_sdk {
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private OpenTelemetrySdk sdk;

    @BeforeEach
    void registerSdk() {
      sdk =
          OpenTelemetrySdk.builder()
              .setTracerProvider(
                  SdkTracerProvider.builder()
                      .addSpanProcessor(SimpleSpanProcessor.create(spans))
                      .build())
              .buildAndRegisterGlobal();
    }

    @AfterEach
    void closeSdk() {
      sdk.close();
    }

    @Test
    void a_call_is_a_consumer_span_under_the_senders_and_above_what_is_published() {
      Map<String, Object> published = new HashMap<>();

      try (DeliveryTrace trace =
          DeliveryTrace.begin(QUEUE, message(Map.of("traceparent", TRACEPARENT)), 2)) {
        trace.inject(published);
      }

      SpanData span = spans.getFinishedSpanItems().getFirst();
      assertThat(span.getName()).isEqualTo("process " + QUEUE);
      assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
      assertThat(span.getTraceId()).isEqualTo(TRACE);
      assertThat(span.getParentSpanId()).isEqualTo(SPAN);
      assertThat(published.get("traceparent"))
          .isEqualTo("00-" + TRACE + "-" + span.getSpanId() + "-01");
      Map<String, Object> attributes = new HashMap<>();
      span.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
      assertThat(attributes)
          .isEqualTo(
              Map.of(
                  "messaging.system", "rabbitmq",
                  "messaging.operation.name", "process",
                  "messaging.operation.type", "process",
                  "messaging.destination.name", "topic:order.created:" + QUEUE,
                  "messaging.rabbitmq.destination.routing_key", "order.created",
                  "messaging.message.body.size", 3L,
                  "messaging.message.id", "id-1",
                  "messaging.message.conversation_id", "conversation",
                  "pipeforce.attempt", 2L));
    }

    @Test
    void a_failure_is_recorded() {
      try (DeliveryTrace trace = DeliveryTrace.begin(QUEUE, message(Map.of()), 1)) {
        trace.failed(new IllegalStateException("no stock"));
      }

      SpanData span = spans.getFinishedSpanItems().getFirst();
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
          .isEqualTo("java.lang.IllegalStateException");
      assertThat(span.getEvents()).singleElement().matches(e -> e.getName().equals("exception"));
    }

    @Test
    void without_a_sender_the_sdk_begins_a_trace() {
      Map<String, Object> published = new HashMap<>();

      try (DeliveryTrace trace = DeliveryTrace.begin(QUEUE, message(Map.of()), 1)) {
        trace.around(() -> inject(published));
        assertThat(trace.around(() -> Span.current().getSpanContext().getTraceId()))
            .isEqualTo(trace.traceId().orElseThrow());
      }

      assertThat((String) published.get("traceparent")).startsWith("00-");
    }

    @Test
    void what_the_sender_of_a_message_set_itself_stays() {
      Map<String, Object> published = new HashMap<>(Map.of("traceparent", TRACEPARENT));

      try (DeliveryTrace trace = DeliveryTrace.begin(QUEUE, message(Map.of()), 1)) {
        trace.inject(published);
      }

      assertThat(published).isEqualTo(Map.of("traceparent", TRACEPARENT));
    }
  }
}
