package io.pipeforce.internal.amqp;

import io.pipeforce.Message;
import io.pipeforce.internal.dispatch.DeliveryContext;
import io.pipeforce.internal.dispatch.Outcome;
import io.pipeforce.internal.tracing.DeliveryTrace;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.MDC;

/** One attempt at a message: its context, its log fields and its trace, until it is settled. */
record Attempt(DeliveryContext context, DeliveryTrace trace) implements AutoCloseable {

  Message message() {
    return context.message();
  }

  /** Runs the handler with the log fields and the trace of this attempt. */
  Outcome within(Supplier<Outcome> call) {
    MDC.setContextMap(context.logFields());
    try {
      Outcome outcome = trace.around(call);
      if (outcome instanceof Outcome.Failed failed && failed.error() != null) {
        trace.failed(failed.error());
      }
      return outcome;
    } finally {
      MDC.clear();
    }
  }

  /** Logs with the fields of this attempt. */
  void log(Runnable line) {
    MDC.setContextMap(context.logFields());
    try {
      line.run();
    } finally {
      MDC.clear();
    }
  }

  /** The headers that carry the trace to what this attempt sends. */
  Map<String, Object> traceHeaders() {
    Map<String, Object> headers = new HashMap<>();
    trace.inject(headers);
    return headers;
  }

  @Override
  public void close() {
    trace.close();
  }
}
