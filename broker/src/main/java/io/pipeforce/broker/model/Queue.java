package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps messages until a consumer has settled them.
 *
 * <p>Everything in it is guarded by its own lock, which no caller sees. Each operation ends by
 * handing out what can be handed out ({@link #pump}), so there is never a message ready beside a
 * consumer that could take it.
 */
public final class Queue implements Destination {
  private final QueueDefinition definition;
  private final QueueSettings settings;
  private final VirtualHost host;
  private final @Nullable KeptMessages kept;

  private final ReentrantLock lock = new ReentrantLock();
  private final Backlog backlog;
  private final Subscriptions subscriptions;
  private final QueueCounters counters = new QueueCounters();
  private final DeadLetters deadLetters;
  private final HeadTimer headTimer;
  private final Lifetime lifetime;
  private int unacknowledged;
  private long unacknowledgedBytes;

  /**
   * @param kept where its messages are on the disk; null when they are not
   */
  Queue(QueueDefinition definition, VirtualHost host, @Nullable KeptMessages kept) {
    this.definition = definition;
    this.kept = kept;
    this.settings = QueueSettings.of(definition.arguments());
    this.host = host;
    this.subscriptions = new Subscriptions(settings);
    this.deadLetters = new DeadLetters(this, settings, host, kept, this::sendDeadLettersAgain);
    this.headTimer = new HeadTimer(host.timers(), this::expireHead);
    this.backlog = new Backlog(settings, deadLetters, headTimer);
    this.lifetime =
        new Lifetime(
            definition,
            subscriptions,
            new IdleTimer(host.timers(), settings.expires(), this::deleteIfOver));
  }

  public QueueDefinition definition() {
    return definition;
  }

  @Override
  public String name() {
    return definition.name();
  }

  @Override
  public String kind() {
    return "queue";
  }

  /** How often a message may come back before it is dropped. */
  public OptionalLong deliveryLimit() {
    return settings.deliveryLimit();
  }

  public boolean isQuorum() {
    return settings.isQuorum();
  }

  QueueSettings settings() {
    return settings;
  }

  /**
   * Takes a message, or refuses it since the queue is full.
   *
   * @return whether the publisher may be told that it is safe
   */
  public boolean publish(Message message, Aftermath after) {
    lock.lock();
    try {
      if (lifetime.isDeleted()) {
        return true;
      }
      long now = System.nanoTime();
      if (!message.isDeadLetter()) {
        counters.published();
      }
      QueuedMessage entry = backlog.entry(message, now);
      if (backlog.isFullFor(entry)) {
        deadLetters.refused(entry, after);
        return false;
      }
      if (kept != null) {
        kept.add(entry);
      }
      host.memory().hold(message.content());
      backlog.add(entry);
      // A message that may not wait at all can still be handed to a consumer that waits for it.
      pump(now - 1, after);
      backlog.dropExpired(now, after);
      backlog.dropAboveLength(after);
      backlog.watchHead(now);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a message that it takes outlives the broker. */
  public boolean keeps(Message message) {
    return kept != null && kept.keeps(message);
  }

  /** A message that was in it when the last broker ended, oldest first. */
  void restore(StoredMessage stored, long position, int returns) {
    locked(() -> {
      host.memory().hold(stored.message().content());
      backlog.restore(stored, position, returns, System.nanoTime());
    });
  }

  /** All of them are back. */
  void restored() {
    onTimer(after -> {
      long now = System.nanoTime();
      backlog.dropExpired(now, after);
      backlog.watchHead(now);
    });
  }

  /** The broker is about to end. */
  void closing() {
    if (kept != null) {
      locked(() -> backlog.forEach(kept::closing));
    }
  }

  /** Hands out what is ready to whoever can take it. */
  private void pump(long now, Aftermath after) {
    while (!backlog.isEmpty()) {
      backlog.dropExpired(now, after);
      Subscription next = backlog.isEmpty() ? null : subscriptions.next();
      if (next == null) {
        return;
      }
      QueuedMessage entry = backlog.remove();
      next.delivered();
      Delivery delivery = leave(entry, next, next.noAck());
      counters.delivered(delivery, next.noAck());
      next.receiver().deliver(delivery);
    }
  }

  private Delivery leave(QueuedMessage entry, @Nullable Subscription to, boolean noAck) {
    Delivery delivery = new Delivery(this, to, entry, entry.returns());
    if (noAck) {
      deadLetters.forget(entry);
    } else {
      if (kept != null) {
        kept.delivered(entry);
      }
      unacknowledged++;
      unacknowledgedBytes += entry.bodySize();
    }
    return delivery;
  }

  /**
   * Fetches the next message.
   *
   * @param found also gets how many are ready behind it; runs while nothing else can leave
   * @return whether there was one
   */
  public boolean get(boolean noAck, Aftermath after, ObjLongConsumer<Delivery> found) {
    lock.lock();
    try {
      long now = System.nanoTime();
      lifetime.used();
      lifetime.requireNotDeleted();
      requireGet();
      backlog.dropExpired(now, after);
      if (backlog.isEmpty()) {
        counters.gotNothing();
        return false;
      }
      Delivery delivery = leave(backlog.remove(), null, noAck);
      counters.got(delivery, noAck);
      backlog.watchHead(now);
      found.accept(delivery, backlog.size());
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void requireGet() {
    if (isQuorum() && settings.singleActiveConsumer()) {
      throw new AmqpException(
          ReplyCode.RESOURCE_LOCKED,
          "cannot obtain access to locked %s. basic.get operations are not supported by quorum queues with single active consumer"
              .formatted(described()));
    }
  }

  /**
   * Adds a consumer; {@code added} runs before it gets its first message.
   *
   * @throws AmqpException 403 when the queue is in exclusive use or cannot be, 404 when it is gone
   */
  public void subscribe(Subscription subscription, Aftermath after, Runnable added) {
    QueueArguments.checkConsumer(this, subscription.arguments());
    lock.lock();
    try {
      lifetime.requireNotDeleted();
      subscriptions.requireRoomFor(subscription);
      host.topologyMemory().add(subscription);
      subscriptions.add(subscription);
      lifetime.gotConsumer();
      added.run();
      pumpNow(after);
    } finally {
      lock.unlock();
    }
  }

  /** Removes a consumer; what it has not settled stays with its channel. */
  public void unsubscribe(Subscription subscription, Aftermath after) {
    release(List.of(subscription), List.of(), after);
  }

  /**
   * Removes consumers and takes back messages of a channel that ends, in one step: what the channel
   * had goes to its successors before anything newer.
   */
  public void release(
      Collection<Subscription> consumers, Collection<Delivery> deliveries, Aftermath after) {
    lock.lock();
    try {
      boolean removed = false;
      for (Subscription consumer : consumers) {
        if (subscriptions.remove(consumer)) {
          host.topologyMemory().remove(consumer);
          removed = true;
        }
      }
      if (removed) {
        lifetime.used();
        if (lifetime.isOver()) {
          after.deleteIfOver(this);
        }
      }
      settle(deliveries, after, delivery -> takeBack(delivery, false, after));
    } finally {
      lock.unlock();
    }
  }

  /** A consumer that had no room has some again. */
  public void resume(Subscription subscription, Aftermath after) {
    lock.lock();
    try {
      subscriptions.resume(subscription);
      pumpNow(after);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets messages that were handled. All of them came from this queue. */
  public void acknowledge(Collection<Delivery> deliveries, Aftermath after) {
    settle(
        deliveries,
        after,
        delivery -> {
          counters.acknowledged();
          deadLetters.forget(delivery.entry());
        });
  }

  /** Dead-letters messages that a client does not want, or forgets them. */
  public void reject(Collection<Delivery> deliveries, Aftermath after) {
    settle(
        deliveries,
        after,
        delivery -> deadLetters.bury(delivery.entry(), DeathReason.REJECTED, after));
  }

  /** Takes back messages that a client refused, unless they have come back too often. */
  public void requeue(Collection<Delivery> deliveries, Aftermath after) {
    // As in RabbitMQ 4.0; to the head it goes only where a limit keeps it from going for ever.
    boolean toTheTail = isQuorum() && settings.deliveryLimit().isEmpty();
    settle(deliveries, after, delivery -> takeBack(delivery, toTheTail, after));
  }

  private void settle(
      Collection<Delivery> deliveries, Aftermath after, Consumer<Delivery> outcome) {
    lock.lock();
    try {
      for (Delivery delivery : deliveries) {
        countBack(delivery);
        outcome.accept(delivery);
      }
      backlog.dropAboveLength(after);
      pumpNow(after);
    } finally {
      lock.unlock();
    }
  }

  private void countBack(Delivery delivery) {
    unacknowledged--;
    unacknowledgedBytes -= delivery.entry().bodySize();
    Subscription subscription = delivery.subscription();
    if (subscription != null) {
      subscription.settled();
      subscriptions.resume(subscription);
    }
  }

  private void takeBack(Delivery delivery, boolean toTheTail, Aftermath after) {
    QueuedMessage entry = delivery.entry();
    entry.returned();
    if (lifetime.isDeleted()) {
      deadLetters.forget(entry);
    } else if (entry.returns() > settings.deliveryLimit().orElse(Long.MAX_VALUE)) {
      deadLetters.bury(entry, DeathReason.DELIVERY_LIMIT, after);
    } else if (toTheTail) {
      backlog.add(entry);
    } else {
      backlog.putBack(entry);
    }
  }

  private void pumpNow(Aftermath after) {
    if (!lifetime.isDeleted() && !backlog.isEmpty()) {
      long now = System.nanoTime();
      pump(now, after);
      backlog.watchHead(now);
    }
  }

  /** Nobody needs the message any more. */
  void forget(QueuedMessage entry) {
    deadLetters.forget(entry);
  }

  /** Keeps a dead letter that nobody has taken, and tries again later. */
  void keepDeadLetter(QueuedMessage entry, DeathReason reason) {
    locked(() -> deadLetters.keep(entry, reason));
  }

  private void sendDeadLettersAgain() {
    onTimer(deadLetters::sendAgain);
  }

  private void expireHead() {
    onTimer(after -> {
      headTimer.fired();
      long now = System.nanoTime();
      backlog.dropExpired(now, after);
      backlog.watchHead(now);
    });
  }

  /** Removes what is ready and answers how many there were. */
  public int purge() {
    return locked(backlog::clear);
  }

  /** A declare counts as use. */
  void touch() {
    locked(lifetime::used);
  }

  private void deleteIfOver() {
    onTimer(after -> {
      if (lifetime.isOver()) {
        after.deleteIfOver(this);
      } else {
        lifetime.goOn();
      }
    });
  }

  private void onTimer(Consumer<Aftermath> work) {
    Aftermath after = new Aftermath(host);
    locked(() -> work.accept(after));
    after.run();
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the queue on behalf of the topology.
   *
   * @throws AmqpException 406 when a condition does not hold
   */
  Ending close(boolean ifUnused, boolean ifEmpty) {
    lock.lock();
    try {
      if (isQuorum()) {
        refuseCondition(ifUnused, "if-unused");
        refuseCondition(ifEmpty, "if-empty");
      }
      if (ifEmpty && !backlog.isEmpty()) {
        throw new AmqpException(ReplyCode.PRECONDITION_FAILED, described() + " not empty");
      }
      if (ifUnused) {
        lifetime.requireUnused();
      }
      return end();
    } finally {
      lock.unlock();
    }
  }

  private void refuseCondition(boolean asked, String flag) {
    if (asked) {
      throw new AmqpException(
          ReplyCode.NOT_IMPLEMENTED,
          "cannot delete %s. queue.delete operations with %s flag set are not supported by quorum queues"
              .formatted(described(), flag));
    }
  }

  /** Ends the queue unless somebody has begun to use it again. */
  Optional<Ending> closeIfOver() {
    return locked(() -> lifetime.isOver() ? Optional.of(end()) : Optional.empty());
  }

  private Ending end() {
    lifetime.end();
    int count = backlog.clear();
    deadLetters.end();
    backlog.end();
    List<Subscription> consumers = subscriptions.clear();
    consumers.forEach(host.topologyMemory()::remove);
    return new Ending(count, consumers);
  }

  /** How a queue ended: what was in it and who listened. */
  record Ending(int messages, Collection<Subscription> subscriptions) {}

  /** Whether a consumer can get messages: with a single active consumer only one can. */
  public boolean isActive(Subscription subscription) {
    return locked(() -> subscriptions.isActive(subscription));
  }

  public boolean singleActiveConsumer() {
    return settings.singleActiveConsumer();
  }

  /** What a declare and the management API report. */
  public QueueState state() {
    return locked(() ->
        new QueueState(
            backlog.size(),
            backlog.bytes(),
            unacknowledged,
            unacknowledgedBytes,
            subscriptions.snapshot(),
            counters.snapshot()));
  }
}
