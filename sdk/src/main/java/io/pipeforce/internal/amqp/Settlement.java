package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.pipeforce.BrokerUnavailableException;
import io.pipeforce.Message;
import io.pipeforce.MessagingException;
import io.pipeforce.OutgoingMessage;
import io.pipeforce.ServiceSettings;
import io.pipeforce.UnroutableException;
import io.pipeforce.internal.dispatch.DeliveryContext;
import io.pipeforce.internal.dispatch.DurationText;
import io.pipeforce.internal.dispatch.HandlerMethod;
import io.pipeforce.internal.dispatch.Ledger;
import io.pipeforce.internal.dispatch.Observer;
import io.pipeforce.internal.dispatch.Outcome;
import io.pipeforce.internal.dispatch.UndecodableException;
import io.pipeforce.internal.tracing.DeliveryTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what an outcome asks for at the broker, and answers only when the broker has confirmed it.
 * Shared by all subscriptions of a service.
 */
final class Settlement {
  private static final Logger log = LoggerFactory.getLogger(Settlement.class);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final ServiceSettings settings;
  private final Publishers publishers;
  private final Outbox outbox;
  private final Observer observer;
  private final Runnable repair;
  private final Duration confirmTimeout;
  private final Set<String> staleKeys = ConcurrentHashMap.newKeySet();

  /** What to do with a delivery before its handler is asked. */
  enum Admission {
    HANDLE,
    /** No pattern of the handler matches: a binding was left behind. */
    UNMATCHED,
    /** It came back without an outcome, and the queue does not count that. */
    COUNT_REDELIVERY
  }

  /**
   * @param repair asks for the topology to be declared again
   * @param confirmTimeout a confirm that takes longer is taken for lost; publishing again can only
   *     duplicate
   */
  Settlement(
      ServiceSettings settings,
      Publishers publishers,
      Outbox outbox,
      Observer observer,
      Runnable repair,
      Duration confirmTimeout) {
    this.settings = settings;
    this.publishers = publishers;
    this.outbox = outbox;
    this.observer = observer;
    this.repair = repair;
    this.confirmTimeout = confirmTimeout;
  }

  Admission admit(HandlerState state, Delivery delivery) {
    Admission admission =
        admission(
            state.handler(),
            settings.exchange(),
            delivery.envelope(),
            delivery.properties().getHeaders());
    String key = delivery.provenance().key();
    if (admission == Admission.UNMATCHED && staleKeys.add(key)) {
      log.warn(
          "queue {} got a message with key {}, which no pattern of {} matches {}: a binding was left"
              + " behind by an earlier version; the message is acknowledged and counted as"
              + " unmatched. pi topology plan names the binding to exchange {}, pi topology apply"
              + " removes it",
          state.queue(),
          key,
          state.handler().name(),
          state.handler().patterns(),
          settings.exchange());
    }
    return admission;
  }

  static Admission admission(
      HandlerMethod handler,
      String exchange,
      Envelope envelope,
      @Nullable Map<String, Object> headers) {
    boolean fromTopic =
        envelope.getExchange().equals(exchange) && Headers.text(headers, Headers.KEY).isEmpty();
    if (fromTopic && !handler.handles(envelope.getRoutingKey()) && !handledByCc(handler, headers)) {
      return Admission.UNMATCHED;
    }
    boolean counted =
        headers != null
            && (headers.containsKey("x-delivery-count") || headers.containsKey("x-acquired-count"));
    return envelope.isRedeliver() && !counted ? Admission.COUNT_REDELIVERY : Admission.HANDLE;
  }

  /**
   * The sender may have added keys (<a
   * href="https://www.rabbitmq.com/docs/sender-selected">CC</a>).
   */
  private static boolean handledByCc(HandlerMethod handler, @Nullable Map<String, Object> headers) {
    return headers != null
        && headers.get("CC") instanceof List<?> keys
        && keys.stream().anyMatch(key -> handler.handles(String.valueOf(key)));
  }

  /**
   * On a queue that does not count deliveries, puts the message back with our own count, so that
   * one that kills the process again and again is given up like on a quorum queue.
   */
  Optional<Ledger.Column> countRedelivery(
      HandlerState state, Delivery delivery, BooleanSupplier open) throws InterruptedException {
    Provenance provenance = delivery.provenance();
    if (provenance.redeliveries() >= Topology.DELIVERY_LIMIT) {
      Outcome.Dead dead =
          new Outcome.Dead(
              "delivered "
                  + (provenance.redeliveries() + 1)
                  + " times without an outcome: it seems to kill the process",
              null);
      try (Attempt attempt = begin(state, delivery.message(), delivery.attempt())) {
        log(state, attempt, dead);
      }
      return dead(state, delivery, dead, open);
    }
    Publication again =
        new Publication(
            "",
            state.queue(),
            true,
            provenance.redelivered(delivery.properties()),
            delivery.body());
    try {
      return as(Ledger.Column.RETRIED, confirmed(state, List.of(again), open));
    } catch (UnsendableException e) {
      Outcome.Dead dead = new Outcome.Dead("cannot be counted: " + e.getMessage(), null);
      return dead(state, delivery, dead, open);
    }
  }

  /**
   * Publishes what a handler published, and its reply.
   *
   * @return what follows when one of the messages can never be delivered, else empty
   */
  Optional<Outcome.Failed> done(
      HandlerState state, Attempt attempt, Outcome.Done done, BooleanSupplier open)
      throws InterruptedException {
    if (!done.publishes()) {
      return Optional.empty();
    }
    try {
      Map<String, Object> trace = attempt.traceHeaders();
      List<Publication> publications = new ArrayList<>();
      for (OutgoingMessage outgoing : done.publications()) {
        publications.add(outbox.publication(outgoing, trace));
      }
      if (done.reply().isPresent()) {
        publications.add(outbox.reply(attempt.message(), done.reply().get(), trace));
      }
      confirmOrFail(state, publications, open);
      return Optional.empty();
    } catch (IllegalArgumentException | MessagingException e) {
      return Optional.of(state.handler().retryPolicy().next(attempt.context().attempt(), e));
    }
  }

  /**
   * Sends a message to its delay queue, or to the dead letters when it does not fit on that way.
   *
   * @return what became of it; empty when it is to be given back
   */
  Optional<Ledger.Column> retry(
      HandlerState state, Delivery delivery, Outcome.Retry retry, BooleanSupplier open)
      throws InterruptedException {
    Publication delayed =
        new Publication(
            Topology.delay(retry.delay()),
            state.queue(),
            true,
            delivery.provenance().retried(delivery.properties(), Instant.now()),
            delivery.body());
    try {
      return as(Ledger.Column.RETRIED, confirmed(state, List.of(delayed), open));
    } catch (UnsendableException e) {
      return dead(
          state,
          delivery,
          new Outcome.Dead(
              "cannot be retried: " + e.getMessage() + "; last: " + retry.error(), retry.error()),
          open);
    }
  }

  /**
   * Sends a message to the dead-letter queue, and tells the requester when there is one.
   *
   * @return what became of it; empty when it is to be given back
   */
  Optional<Ledger.Column> dead(
      HandlerState state, Delivery delivery, Outcome.Dead dead, BooleanSupplier open)
      throws InterruptedException {
    try {
      return as(Ledger.Column.DEAD, dead(state, delivery, dead, delivery.properties(), open));
    } catch (UnsendableException e) {
      // The message came in with headers that fill a frame; with ours they exceed it. Its body
      // and its story are worth more than its headers.
      log.warn(
          "queue {}: {}; dead-lettered without the sender's headers",
          state.queue(),
          e.getMessage());
      BasicProperties bare = delivery.properties().builder().headers(Map.of()).build();
      return as(Ledger.Column.DEAD, dead(state, delivery, dead, bare, open));
    }
  }

  private static Optional<Ledger.Column> as(Ledger.Column column, boolean confirmed) {
    return confirmed ? Optional.of(column) : Optional.empty();
  }

  private boolean dead(
      HandlerState state,
      Delivery delivery,
      Outcome.Dead dead,
      BasicProperties properties,
      BooleanSupplier open)
      throws InterruptedException {
    List<Publication> publications = new ArrayList<>();
    publications.add(
        new Publication(
            "",
            settings.deadLetterQueue(),
            true,
            delivery
                .provenance()
                .dead(
                    properties,
                    dead,
                    settings.service(),
                    state.handler().name(),
                    state.queue(),
                    Instant.now()),
            delivery.body()));
    if (properties.getReplyTo() != null) {
      publications.add(outbox.failure(delivery.message(), dead.reason()));
    }
    return confirmed(state, publications, open);
  }

  private boolean confirmed(
      HandlerState state, List<Publication> publications, BooleanSupplier open)
      throws InterruptedException {
    while (open.getAsBoolean()) {
      try {
        return confirmOrFail(state, publications, open);
      } catch (UnsendableException e) {
        throw e;
      } catch (MessagingException e) {
        if (publishers.stopping()) {
          return false;
        }
        // These targets are ours: somebody deleted one. Declare again, and try again.
        log.warn(
            "queue {}: {}; declaring exchanges and queues again", state.queue(), e.getMessage());
        repair.run();
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      }
    }
    return false;
  }

  /**
   * Publishes until the broker confirms. Nothing is acked meanwhile, so a broker that is away or
   * blocked stops the handler instead of losing its message.
   *
   * @return false when the message is to be delivered again: its own channel is lost, or it was
   *     tried while the service stops, when nobody connects anew
   * @throws MessagingException when trying again cannot help
   */
  private boolean confirmOrFail(
      HandlerState state, List<Publication> publications, BooleanSupplier open)
      throws InterruptedException {
    boolean said = false;
    while (open.getAsBoolean()) {
      Publisher publisher = null;
      try {
        publisher = publishers.publisher(Duration.ofSeconds(1));
        List<CompletableFuture<Void>> confirms = new ArrayList<>(publications.size());
        for (Publication publication : publications) {
          publisher.requireRoom(publication);
        }
        for (Publication publication : publications) {
          confirms.add(publisher.publish(publication));
        }
        CompletableFuture.allOf(confirms.toArray(CompletableFuture[]::new))
            .get(confirmTimeout.toMillis(), TimeUnit.MILLISECONDS);
        publications.forEach(publication -> observer.published());
        return true;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnroutableException
            || !(e.getCause() instanceof BrokerUnavailableException)) {
          throw e.getCause() instanceof MessagingException failure
              ? failure
              : new MessagingException("not published: " + e.getCause(), e.getCause());
        }
        said = waiting(state, e.getCause().getMessage(), said);
      } catch (TimeoutException e) {
        said = waiting(state, "no confirm within " + DurationText.format(confirmTimeout), said);
        if (publisher != null) {
          publishers.replace(publisher);
        }
      } catch (BrokerUnavailableException e) {
        said = waiting(state, e.getMessage(), said);
      }
      if (publishers.stopping()) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
    return false;
  }

  private static boolean waiting(HandlerState state, @Nullable String reason, boolean said) {
    if (!said) {
      log.warn("queue {}: {}; nothing is acked until it is", state.queue(), reason);
    }
    return true;
  }

  // --- what is told about a delivery ---------------------------------------------------------

  /** Begins an attempt at a message. */
  Attempt begin(HandlerState state, Message message, int attempt) {
    DeliveryTrace trace = DeliveryTrace.begin(state.queue(), message, attempt);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("service", settings.service());
    fields.put("handler", state.handler().name());
    fields.put("key", message.key());
    fields.put("attempt", Integer.toString(attempt));
    message.properties().messageId().ifPresent(id -> fields.put("messageId", id));
    message.properties().correlationId().ifPresent(id -> fields.put("correlationId", id));
    trace.traceId().ifPresent(id -> fields.put("traceId", id));
    DeliveryContext context =
        new DeliveryContext(
            message,
            attempt,
            Instant.now().plus(state.handler().maxDuration()),
            Collections.unmodifiableMap(fields));
    return new Attempt(context, trace);
  }

  void handled(HandlerState state, Duration duration) {
    observer.handled(state.handler().name(), duration);
  }

  static Outcome overdue(HandlerMethod handler, DeliveryContext context) {
    return handler
        .retryPolicy()
        .next(
            context.attempt(),
            new TimeoutException(
                "interrupted after its maxDuration of "
                    + DurationText.format(handler.maxDuration())));
  }

  void log(HandlerState state, Attempt attempt, Outcome.Retry retry) {
    int number = attempt.context().attempt();
    attempt.log(() ->
        log.warn(
            "{} failed at attempt {} for key {}, again in {}: {}",
            state.handler().name(),
            number,
            attempt.message().key(),
            DurationText.format(retry.delay()),
            retry.error().toString(),
            // The stack at the first attempt is enough for a reader; the dead letter has it too.
            number == 1 ? retry.error() : null));
  }

  void log(HandlerState state, Attempt attempt, Outcome.Dead dead) {
    attempt.log(() ->
        log.error(
            "{} gave up at attempt {} for key {}, dead-lettered to {}: {}",
            state.handler().name(),
            attempt.context().attempt(),
            attempt.message().key(),
            settings.deadLetterQueue(),
            dead.reason(),
            dead.error() instanceof UndecodableException ? null : dead.error()));
  }
}
