package io.pipeforce.internal.tracing;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.pipeforce.Message;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The trace of one call of a handler: a span of kind CONSUMER whose parent came with the message,
 * named and described after the <a
 * href="https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/">conventions for
 * RabbitMQ</a>.
 *
 * <p>Without an OpenTelemetry SDK there is no span, and the API hands out the message's own trace
 * context instead; without that there is nothing, and no header is made up.
 */
public final class DeliveryTrace implements AutoCloseable {
  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final TextMapGetter<Map<String, Object>> GETTER =
      (headers, name) -> {
        Object value = headers == null ? null : headers.get(name);
        return value == null ? null : value.toString();
      };

  // What the sender of a message says itself is not overwritten.
  private static final TextMapSetter<Map<String, Object>> SETTER =
      (headers, name, value) -> {
        if (headers != null) {
          headers.putIfAbsent(name, value);
        }
      };

  /** No trace, and nobody who wants one: what a service without tracing pays for it. */
  private static final DeliveryTrace NONE = new DeliveryTrace(Span.getInvalid(), Context.root());

  private final Span span;
  private final Context context;

  private DeliveryTrace(Span span, Context context) {
    this.span = span;
    this.context = context;
  }

  /** Begins the span of a call; {@link #close} ends it. */
  public static DeliveryTrace begin(String queue, Message message, int attempt) {
    if (!GlobalOpenTelemetry.isSet() && !message.headers().containsKey("traceparent")) {
      return NONE;
    }
    Context sender = W3C.extract(Context.root(), message.headers(), GETTER);
    SpanBuilder builder =
        // Not get(): that would keep the service from setting an SDK later.
        GlobalOpenTelemetry.getOrNoop()
            .getTracer("io.pipeforce")
            .spanBuilder("process " + queue)
            .setParent(sender)
            .setSpanKind(SpanKind.CONSUMER)
            .setAttribute("messaging.system", "rabbitmq")
            .setAttribute("messaging.operation.name", "process")
            .setAttribute("messaging.operation.type", "process")
            .setAttribute("messaging.destination.name", destination(queue, message))
            .setAttribute("messaging.rabbitmq.destination.routing_key", message.key())
            .setAttribute("messaging.message.body.size", message.bytes().length)
            .setAttribute("pipeforce.attempt", attempt);
    message
        .properties()
        .messageId()
        .ifPresent(id -> builder.setAttribute("messaging.message.id", id));
    message
        .properties()
        .correlationId()
        .ifPresent(id -> builder.setAttribute("messaging.message.conversation_id", id));
    Span span = builder.startSpan();
    return new DeliveryTrace(span, sender.with(span));
  }

  private static String destination(String queue, Message message) {
    String exchange = message.exchange().isEmpty() ? "" : message.exchange() + ":";
    return message.key().equals(queue) || message.key().isEmpty()
        ? exchange + queue
        : exchange + message.key() + ":" + queue;
  }

  /** Calls with this as the current trace of the thread, which {@link #injectCurrent} uses. */
  public <T> T around(Supplier<T> call) {
    if (this == NONE) {
      return call.get();
    }
    try (Scope scope = context.makeCurrent()) {
      return call.get();
    }
  }

  /** Puts this trace into the headers of a message that belongs to the delivery. */
  public void inject(Map<String, Object> headers) {
    W3C.inject(context, headers, SETTER);
  }

  /** Puts the current trace of this thread into the headers of a message. */
  public static void injectCurrent(Map<String, Object> headers) {
    W3C.inject(Context.current(), headers, SETTER);
  }

  /** The id under which logs and traces find each other, when there is a trace. */
  public Optional<String> traceId() {
    SpanContext found = span.getSpanContext();
    return found.isValid() ? Optional.of(found.getTraceId()) : Optional.empty();
  }

  /** The call failed. */
  public void failed(Throwable error) {
    span.recordException(error);
    span.setStatus(StatusCode.ERROR);
    span.setAttribute("error.type", error.getClass().getName());
  }

  @Override
  public void close() {
    span.end();
  }
}
