package io.pipeforce.internal.amqp;

import io.pipeforce.EventClient;
import io.pipeforce.ServiceSettings;
import io.pipeforce.internal.dispatch.HandlerMethod;
import io.pipeforce.internal.dispatch.Ledger;
import io.pipeforce.internal.dispatch.Observer;
import io.pipeforce.internal.dispatch.PayloadCodec;
import io.pipeforce.internal.health.HealthSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A service's whole traffic with the broker, as the runtime sees it. Safe for threads. */
public final class Messaging implements HealthSource, AutoCloseable {
  /** How often a service looks for what nobody reports, such as a consumer that gets nothing. */
  public static final Duration WATCH_INTERVAL = Duration.ofSeconds(30);

  private final List<HandlerState> states;
  private final Supervisor supervisor;
  private final EventClient events;

  private Messaging(List<HandlerState> states, Supervisor supervisor, EventClient events) {
    this.states = states;
    this.supervisor = supervisor;
    this.events = events;
  }

  /** Prepares; {@link #start} connects. */
  public static Messaging of(
      ServiceSettings settings,
      List<HandlerMethod> handlers,
      PayloadCodec codec,
      Observer observer) {
    return of(settings, handlers, codec, observer, WATCH_INTERVAL);
  }

  /**
   * The same with another watch.
   *
   * @param watchInterval how often it looks for what nobody reports; zero switches all watching off
   */
  public static Messaging of(
      ServiceSettings settings,
      List<HandlerMethod> handlers,
      PayloadCodec codec,
      Observer observer,
      Duration watchInterval) {
    List<HandlerState> states =
        handlers.stream()
            .map(handler -> HandlerState.of(handler, Topology.queue(settings, handler)))
            .toList();
    Outbox outbox = new Outbox(settings.exchange(), settings.service(), codec);
    Supervisor supervisor = new Supervisor(settings, states, outbox, observer, watchInterval);
    return new Messaging(
        states, supervisor, new AmqpEventClient(supervisor, outbox, codec, observer));
  }

  /** Connects in the background, and again after every loss. */
  public void start() {
    supervisor.start();
  }

  /** Sends over this service's connection. */
  public EventClient events() {
    return events;
  }

  /** Whether every handler is consuming and the broker takes messages. */
  @Override
  public boolean ready() {
    return supervisor.status().state().phase() == Status.Phase.READY;
  }

  /** {@code ready}, or what is in the way, in words. */
  @Override
  public String state() {
    Status.State state = supervisor.status().state();
    String phase = state.phase().name().toLowerCase(java.util.Locale.ROOT);
    return state.reason().isEmpty() ? phase : phase + ": " + state.reason();
  }

  /** Waits until {@link #ready()}; answers whether it is. */
  public boolean awaitReady(Duration patience) throws InterruptedException {
    return supervisor.status().awaitReady(patience);
  }

  /** What became of each handler's deliveries, by handler name. */
  @Override
  public Map<String, Ledger.Entry> handlers() {
    Map<String, Ledger.Entry> entries = new LinkedHashMap<>();
    states.forEach(state -> entries.put(state.handler().name(), state.ledger().entry()));
    return entries;
  }

  /** Finishes what is being handled, gives the rest back, and closes the connections. */
  @Override
  public void close() {
    supervisor.close();
  }
}
