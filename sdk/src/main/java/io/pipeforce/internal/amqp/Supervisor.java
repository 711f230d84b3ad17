package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.BrokerUnavailableException;
import io.pipeforce.ServiceSettings;
import io.pipeforce.internal.dispatch.Observer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a service connected: brings what is there to what should be there, again and again. The
 * first connect, a lost connection, a channel error, a cancelled or deaf consumer and a blocked
 * connection all take this one way.
 */
final class Supervisor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration PATIENCE_AT_STOP = Duration.ofSeconds(3);

  private final ServiceSettings settings;
  private final List<HandlerState> handlers;
  private final Connector connector;
  private final Observer observer;
  private final Settlement settlement;
  private final Duration watchInterval;
  private final ScheduledThreadPoolExecutor timer;
  private final Subscriptions subscriptions;

  private final Set<String> reportedDifferences = new HashSet<>();

  private final Status status = new Status();
  // Only used by the thread that reconciles.
  private @Nullable Link link;
  private @Nullable Publisher publisher;
  private long lastLook;

  /** Whether everything has been there since the connection stands. */
  private boolean complete;

  private @Nullable Thread thread;

  /**
   * @param watchInterval how often it looks for what nobody reports: consumers that became deaf,
   *     exchanges and bindings that are gone. Zero switches all watching off: then it connects once
   *     and mends nothing
   */
  Supervisor(
      ServiceSettings settings,
      List<HandlerState> handlers,
      Outbox outbox,
      Observer observer,
      Duration watchInterval) {
    this.settings = settings;
    this.handlers = handlers;
    this.connector = new Connector(settings.broker(), settings.instance());
    this.observer = observer;
    this.watchInterval = watchInterval;
    this.settlement =
        new Settlement(
            settings,
            status,
            outbox,
            observer,
            this::repair,
            watchInterval.isZero() ? Messaging.WATCH_INTERVAL : watchInterval);
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("pipeforce-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    this.subscriptions =
        new Subscriptions(settings, settlement, observer, timer, status::call, watchInterval);
  }

  /** Connects once, on the caller's thread, for those who want to know at once whether it works. */
  void connectOnce() {
    try {
      reconcile();
    } catch (IOException | TimeoutException e) {
      throw new BrokerUnavailableException(Reasons.connecting(settings.broker(), e), e);
    }
  }

  /** Begins to work in the background. */
  void start() {
    thread = Thread.ofVirtual().name("pipeforce-supervisor").start(this::run);
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (true) {
      boolean failed = false;
      try {
        reconcile();
      } catch (BrokerUnavailableException e) {
        failed = true;
        report(String.valueOf(e.getMessage()));
      } catch (IOException | TimeoutException | ShutdownSignalException e) {
        failed = true;
        report(Reasons.text(e));
        disconnectIfBroken();
      } catch (RuntimeException e) {
        failed = true;
        log.error("unexpected, trying again: {}", e.toString(), e);
        report(e.toString());
        disconnect();
      }
      if (watchInterval.isZero()) {
        return;
      }
      try {
        // After a failure the pause is kept, whatever calls meanwhile; and what is lost again and
        // again as soon as it is there must not keep a processor busy.
        if (!failed && !status.awaitCall(watchInterval)) {
          return;
        }
        if (!status.rest(jittered(pause))) {
          return;
        }
        pause = failed ? longer(pause) : FIRST_PAUSE;
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /** Half to the whole of the pause, so that a herd of services does not come back as one. */
  private static Duration jittered(Duration pause) {
    return Duration.ofMillis(
        pause.toMillis() / 2 + ThreadLocalRandom.current().nextLong(pause.toMillis() / 2 + 1));
  }

  // --- what should be there ------------------------------------------------------------------

  private void reconcile() throws IOException, TimeoutException {
    boolean all = status.takeRedeclare();
    Link current = link;
    if (current == null || !current.isOpen()) {
      disconnect();
      current = Link.open(connector, !handlers.isEmpty(), this::blocked, status::call);
      link = current;
      observer.connected();
      complete = false;
      all = true;
    }
    boolean done = false;
    try (Topology topology = new Topology(settings, current.consuming(), reportedDifferences)) {
      if (handlers.isEmpty()) {
        if (all) {
          declareExchange(topology);
        }
      } else {
        subscribe(current.consuming(), topology, all);
      }
      ensurePublisher(current);
      done = true;
    } finally {
      if (all && !done) {
        status.redeclare();
      }
    }
    complete = true;
    status.ready();
  }

  private void subscribe(Connection connection, Topology topology, boolean all)
      throws IOException, TimeoutException {
    boolean due = System.nanoTime() - lastLook >= watchInterval.toNanos();
    IOException failure = null;
    if (all) {
      failure = serveWhatIsThere(connection, topology);
    } else if (due) {
      // With an exchange its bindings are gone, too; those are made again below.
      declareExchange(topology);
    }
    List<HandlerState> unserved = new ArrayList<>();
    for (HandlerState handler : handlers) {
      try {
        boolean open = subscriptions.look(topology, handler, due && !all);
        if (!open) {
          if (!all) {
            topology.declare(handler.handler());
          }
          unserved.add(handler);
        }
      } catch (IOException e) {
        // One queue that cannot be used must not keep the others from being served.
        failure = e;
      }
    }
    IOException refused = subscriptions.open(connection, unserved);
    failure = refused != null ? refused : failure;
    if (failure != null) {
      throw failure;
    }
    if (all || due) {
      lastLook = System.nanoTime();
    }
  }

  /**
   * Serves the handlers whose queues are there already, which at almost every start are all, and
   * then declares everything: to make a hundred bindings again takes longer than to subscribe.
   *
   * @return why one of the handlers' queues cannot be declared
   */
  private @Nullable IOException serveWhatIsThere(Connection connection, Topology topology)
      throws IOException, TimeoutException {
    if (topology.look(handlers.getFirst().queue()).isPresent()) {
      // What cannot be opened now is tried again when all is declared.
      subscriptions.open(connection, subscriptions.without(handlers));
    }
    declareExchange(topology);
    if (topology.declareTogether(handlers.stream().map(HandlerState::handler).toList())) {
      return null;
    }
    topology.declareDeadLetters();
    IOException failure = null;
    for (HandlerState handler : handlers) {
      try {
        topology.declare(handler.handler());
      } catch (IOException e) {
        failure = e;
      }
    }
    return failure;
  }

  private void declareExchange(Topology topology) throws IOException, TimeoutException {
    if (topology.declareExchange() && complete) {
      log.warn(
          "the exchange {} was gone and is declared again; what was published meanwhile reached"
              + " nobody",
          settings.exchange());
      observer.redeclared("exchange");
    }
  }

  // --- connections ---------------------------------------------------------------------------

  private void disconnectIfBroken() {
    if (link != null && !link.isOpen()) {
      disconnect();
    }
  }

  private void disconnect() {
    Link current = link;
    link = null;
    publisher = null;
    status.publishOn(null);
    if (current != null) {
      current.abort();
    }
  }

  private void ensurePublisher(Link current) throws IOException {
    Publisher standing = publisher;
    if (standing == null || !standing.isOpen()) {
      if (standing != null) {
        observer.redeclared("publisher");
      }
      publisher = current.publisher(observer, this::publisherLost);
      status.publishOn(publisher);
    } else if (standing.waitsSince(System.nanoTime() - watchInterval.toNanos())) {
      // Those who wait for their confirms look themselves; nobody does for what was sent without.
      status.replace(standing);
    }
  }

  private void publisherLost(ShutdownSignalException signal) {
    if (Reasons.code(signal) == AMQP.NOT_FOUND) {
      status.redeclare(); // Somebody deleted the exchange.
    }
    status.call();
  }

  private void blocked(@Nullable String reason) {
    if (watchInterval.isZero()) {
      return;
    }
    if (reason != null) {
      observer.blocked();
    }
    status.blocked(reason);
  }

  private void repair() {
    status.redeclare();
    status.call();
  }

  private void report(String reason) {
    if (status.failed(reason)) {
      log.warn("{}; trying again until it works", reason);
    }
  }

  Status status() {
    return status;
  }

  // --- the end -------------------------------------------------------------------------------

  /** Drains all handlers at the same time, then closes the connections. */
  @Override
  public void close() {
    if (!status.stop()) {
      return;
    }
    try {
      Thread loop = thread;
      if (loop != null && !loop.join(PATIENCE_AT_STOP)) {
        loop.interrupt(); // It waits for a broker that does not answer.
        loop.join();
      }
      try (var drains = Executors.newVirtualThreadPerTaskExecutor()) {
        drains.execute(this::giveUpIfSilent);
        drains.invokeAll(
            subscriptions.all().stream()
                .map(subscription -> Executors.callable(subscription::drain))
                .toList());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    timer.shutdownNow();
    disconnect();
  }

  /** Draining asks the broker this and that; who stops must not wait for one that is frozen. */
  private void giveUpIfSilent() {
    Link current = link;
    if (current == null) {
      return;
    }
    Thread question = Thread.ofVirtual().start(current::awaitAnswer);
    try {
      if (!question.join(PATIENCE_AT_STOP)) {
        log.warn("the broker does not answer; what is not acknowledged is delivered again");
        disconnect();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
