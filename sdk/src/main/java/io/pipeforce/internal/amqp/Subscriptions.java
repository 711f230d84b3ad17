package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import io.pipeforce.ServiceSettings;
import io.pipeforce.internal.dispatch.Observer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscriptions of a service, one for each handler: opens them, and finds those that work no
 * more. Only used by the thread that reconciles, and by the one that stops after it.
 */
final class Subscriptions {
  private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

  private final Settlement settlement;
  private final Observer observer;
  private final ScheduledExecutorService timer;
  private final Runnable onEnd;
  private final Duration watchInterval;
  private final int prefetch;

  // By identity: the hash of a record is linked at its first use, which a start has no time for.
  private final IdentityHashMap<HandlerState, Subscription> subscriptions = new IdentityHashMap<>();

  /** Those that were replaced, while their handlers still run. */
  private final List<Subscription> replaced = new ArrayList<>();

  /**
   * @param onEnd called when one of them is lost
   * @param watchInterval how long one must be silent to count as deaf
   */
  Subscriptions(
      ServiceSettings settings,
      Settlement settlement,
      Observer observer,
      ScheduledExecutorService timer,
      Runnable onEnd,
      Duration watchInterval) {
    this.prefetch = settings.prefetch();
    this.settlement = settlement;
    this.observer = observer;
    this.timer = timer;
    this.onEnd = onEnd;
    this.watchInterval = watchInterval;
  }

  /** Those of these handlers that have none, not even a lost one. */
  List<HandlerState> without(List<HandlerState> handlers) {
    return handlers.stream().filter(handler -> !subscriptions.containsKey(handler)).toList();
  }

  /** All whose handlers may still run. */
  List<Subscription> all() {
    return Stream.concat(subscriptions.values().stream(), replaced.stream()).toList();
  }

  /**
   * Looks after a handler's subscription.
   *
   * @param due whether to ask the broker, too
   * @return whether it has one that works
   */
  boolean look(Topology topology, HandlerState handler, boolean due) throws IOException {
    Subscription subscription = subscriptions.get(handler);
    if (subscription == null) {
      return false;
    }
    String lost = "lost";
    if (subscription.isOpen() && due) {
      Optional<AMQP.Queue.DeclareOk> queue = topology.look(handler.queue());
      if (queue.isEmpty()) {
        log.warn("queue {} is gone, and nobody said so; declaring it again", handler.queue());
        observer.redeclared("queue");
        subscription.close();
      } else if (isDeaf(handler, subscription, queue.get())) {
        log.warn(
            "queue {} has messages and its consumer gets none; subscribing anew", handler.queue());
        lost = "deaf";
        subscription.close();
      } else {
        // Nobody says whether a binding is still there. Making it again costs one question.
        topology.bind(handler.handler());
      }
    }
    if (subscription.isOpen()) {
      subscription.adapt(watchInterval);
      return true;
    }
    observer.resubscribed(lost);
    subscription.close();
    subscriptions.remove(handler);
    replaced.removeIf(Subscription::isFinished);
    replaced.add(subscription);
    return false;
  }

  /** Subscribes these handlers at the same time; answers why one of them could not be. */
  @Nullable IOException open(Connection connection, List<HandlerState> unserved) {
    IdentityHashMap<HandlerState, Future<Subscription>> opening = new IdentityHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (HandlerState handler : unserved) {
        opening.put(
            handler,
            threads.submit(() ->
                Subscription.open(
                    handler, settlement, Link.channel(connection), prefetch, timer, onEnd)));
      }
    }
    IOException failure = null;
    for (Map.Entry<HandlerState, Future<Subscription>> entry : opening.entrySet()) {
      Future<Subscription> opened = entry.getValue();
      if (opened.state() == Future.State.SUCCESS) {
        subscriptions.put(entry.getKey(), opened.resultNow());
      } else {
        failure =
            opened.exceptionNow() instanceof IOException e
                ? e
                : new IOException(Reasons.text(opened.exceptionNow()), opened.exceptionNow());
      }
    }
    return failure;
  }

  private boolean isDeaf(
      HandlerState handler, Subscription subscription, AMQP.Queue.DeclareOk queue) {
    // With a single active consumer, the others of several replicas are silent by design.
    boolean standby = handler.handler().ordered() && queue.getConsumerCount() > 1;
    return queue.getMessageCount() > 0
        && !standby
        && subscription.silentSince(System.nanoTime() - watchInterval.toNanos());
  }
}
