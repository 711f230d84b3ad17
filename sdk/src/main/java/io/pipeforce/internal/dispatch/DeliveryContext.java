package io.pipeforce.internal.dispatch;

import io.pipeforce.Context;
import io.pipeforce.Message;
import io.pipeforce.OutgoingMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One delivery as its handler sees it; collects what the handler publishes. */
public final class DeliveryContext implements Context {
  private final Message message;
  private final int attempt;
  private final Instant deadline;
  private final Map<String, String> logFields;
  private List<OutgoingMessage> publications = List.of();
  private @Nullable Object reply;

  /** A delivery that begins now. */
  public DeliveryContext(
      Message message, int attempt, Instant deadline, Map<String, String> logFields) {
    this.message = message;
    this.attempt = attempt;
    this.deadline = deadline;
    this.logFields = logFields;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public Instant deadline() {
    return deadline;
  }

  @Override
  public Message message() {
    return message;
  }

  // Synchronized because a handler may publish from threads that it started.
  @Override
  public synchronized void publish(OutgoingMessage outgoing) {
    Objects.requireNonNull(outgoing);
    if (publications.isEmpty()) {
      publications = new ArrayList<>();
    }
    publications.add(outgoing);
  }

  @Override
  public synchronized void reply(Object payload) {
    if (message.properties().replyTo().isEmpty()) {
      throw new IllegalStateException(
          "there is nobody to answer: the message with key '"
              + message.key()
              + "' has no reply_to; send it as a request (EventClient.request, pi send --wait)");
    }
    reply = Objects.requireNonNull(payload);
  }

  @Override
  public Map<String, String> logFields() {
    return logFields;
  }

  /** The outcome of a handler that returned this value. */
  synchronized Outcome.Done done(@Nullable Object returned) {
    if (returned != null && message.properties().replyTo().isPresent()) {
      reply = returned;
    }
    return publications.isEmpty() && reply == null
        ? Outcome.Done.PLAIN
        : new Outcome.Done(List.copyOf(publications), Optional.ofNullable(reply));
  }
}
