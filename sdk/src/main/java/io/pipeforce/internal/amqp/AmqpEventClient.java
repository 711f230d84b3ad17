package io.pipeforce.internal.amqp;

import io.pipeforce.BrokerAddress;
import io.pipeforce.BrokerUnavailableException;
import io.pipeforce.EventClient;
import io.pipeforce.Message;
import io.pipeforce.MessagingException;
import io.pipeforce.OutgoingMessage;
import io.pipeforce.RequestFailedException;
import io.pipeforce.RequestTimeoutException;
import io.pipeforce.ServiceSettings;
import io.pipeforce.UnroutableException;
import io.pipeforce.internal.dispatch.DurationText;
import io.pipeforce.internal.dispatch.Observer;
import io.pipeforce.internal.dispatch.PayloadCodec;
import io.pipeforce.internal.dispatch.UndecodableException;
import io.pipeforce.internal.tracing.DeliveryTrace;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The event client over a supervised connection: a service's own, or one made for it. */
public final class AmqpEventClient implements EventClient {
  /** How long a send waits for a connection and for its confirm. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int MOST_ON_THEIR_WAY = 1_000;

  private final Semaphore onTheirWay = new Semaphore(MOST_ON_THEIR_WAY);
  private final Supervisor supervisor;
  private final Outbox outbox;
  private final PayloadCodec codec;
  private final Observer observer;

  AmqpEventClient(Supervisor supervisor, Outbox outbox, PayloadCodec codec, Observer observer) {
    this.supervisor = supervisor;
    this.outbox = outbox;
    this.codec = codec;
    this.observer = observer;
  }

  /** See {@link EventClient#connect}. */
  public static EventClient connect(BrokerAddress broker, String exchange) {
    return start(broker, exchange, Supervisor::connectOnce);
  }

  /** See {@link EventClient#connecting}. */
  public static EventClient connecting(BrokerAddress broker, String exchange) {
    return start(broker, exchange, _ -> {});
  }

  private static EventClient start(
      BrokerAddress broker, String exchange, Consumer<Supervisor> first) {
    ServiceSettings settings =
        ServiceSettings.from(Map.of("PIPEFORCE_SERVICE", "client", "PIPEFORCE_INSTANCE", "client"))
            .withBroker(broker)
            .withExchange(exchange);
    PayloadCodec codec = new PayloadCodec();
    Outbox outbox = new Outbox(exchange, "pipeforce-client", codec);
    Supervisor supervisor =
        new Supervisor(settings, List.of(), outbox, Observer.NONE, Messaging.WATCH_INTERVAL);
    try {
      first.accept(supervisor);
    } catch (RuntimeException e) {
      supervisor.close();
      throw e;
    }
    supervisor.start();
    return new AmqpEventClient(supervisor, outbox, codec, Observer.NONE);
  }

  @Override
  public void send(OutgoingMessage message) {
    Publication publication = outbox.publication(message, currentTrace());
    Publisher publisher = null;
    try {
      publisher = supervisor.status().publisher(PATIENCE);
      CompletableFuture<Void> confirmed = publisher.publish(publication);
      confirmed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      observer.published();
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (TimeoutException e) {
      if (publisher != null) {
        supervisor.status().replace(publisher);
      }
      throw new BrokerUnavailableException(
          "the broker did not confirm " + publication + " within " + PATIENCE.toSeconds() + " s",
          e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public CompletableFuture<Void> sendAsync(OutgoingMessage message) {
    Publication publication = outbox.publication(message, currentTrace());
    CompletableFuture<Void> confirmed;
    try {
      if (!onTheirWay.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new BrokerUnavailableException(
            "the broker confirmed none of "
                + MOST_ON_THEIR_WAY
                + " messages within "
                + PATIENCE.toSeconds()
                + " s; "
                + publication
                + " was not sent");
      }
      try {
        confirmed = supervisor.status().publisher(PATIENCE).publish(publication);
      } catch (RuntimeException | InterruptedException e) {
        onTheirWay.release();
        throw e;
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    // The confirm comes on the thread that reads the connection, which nobody may hold up.
    return confirmed.whenCompleteAsync(
        (done, failure) -> {
          onTheirWay.release();
          if (failure == null) {
            observer.published();
          }
        },
        Thread::startVirtualThread);
  }

  @Override
  public Message request(OutgoingMessage message, Duration timeout) {
    Publication publication = outbox.publication(message.asMandatory(), currentTrace());
    long end = System.nanoTime() + timeout.toNanos();
    try {
      Publisher publisher =
          supervisor.status().publisher(timeout.compareTo(PATIENCE) < 0 ? timeout : PATIENCE);
      Publisher.PendingRequest pending =
          publisher.request(publication, UUID.randomUUID().toString());
      try {
        pending.confirmed().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        observer.published();
        return answer(
            publication, pending.reply().get(end - System.nanoTime(), TimeUnit.NANOSECONDS));
      } finally {
        pending.forget().run();
      }
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (TimeoutException e) {
      throw new RequestTimeoutException(
          "no answer to the request with key '"
              + publication.key()
              + "' within "
              + DurationText.format(timeout),
          e);
    } catch (IOException e) {
      throw new BrokerUnavailableException("the request was not sent: " + Reasons.text(e), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static Map<String, Object> currentTrace() {
    Map<String, Object> headers = new HashMap<>();
    DeliveryTrace.injectCurrent(headers);
    return headers;
  }

  private static Message answer(Publication request, Publisher.Reply reply) {
    Map<String, Object> headers = Headers.toApi(reply.properties().getHeaders());
    Object error = headers.get(Headers.ERROR);
    if (error != null) {
      throw new RequestFailedException(
          "the request with key '" + request.key() + "' failed: " + error);
    }
    return new Message("", "", headers, Headers.toApi(reply.properties()), reply.body());
  }

  @Override
  public <T> T request(String key, Object payload, Class<T> answer, Duration timeout) {
    Message message = request(key, payload, timeout);
    try {
      return codec.decode(message.bytes(), message.properties(), answer);
    } catch (UndecodableException e) {
      throw new MessagingException(
          "the answer to the request with key '" + key + "': " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    supervisor.close();
  }

  /** The failure as seen from the caller's thread, with the original as its cause. */
  private static MessagingException failure(ExecutionException e) {
    return switch (e.getCause()) {
      case UnroutableException unroutable ->
          new UnroutableException(String.valueOf(unroutable.getMessage()), unroutable);
      case BrokerUnavailableException unavailable ->
          new BrokerUnavailableException(String.valueOf(unavailable.getMessage()), unavailable);
      case null, default -> new MessagingException(String.valueOf(e.getMessage()), e.getCause());
    };
  }

  private static BrokerUnavailableException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new BrokerUnavailableException(
        "interrupted while waiting for the broker; the message may have been sent", e);
  }
}
