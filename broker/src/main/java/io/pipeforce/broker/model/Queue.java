package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.ReplyCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps messages until a consumer has settled them.
 *
 * <p>Everything in it is guarded by its own lock, which no caller sees. Each operation ends by
 * handing out what can be handed out ({@link #pump}), so there is never a message ready beside a
 * consumer that could take it.
 */
public final class Queue implements Destination {
  private static final Duration DEAD_LETTER_RETRY = Duration.ofSeconds(1);

  private final String name;
  private final boolean durable;
  private final boolean autoDelete;
  private final @Nullable Object owner;
  private final FieldTable arguments;
  private final QueueSettings settings;
  private final VirtualHost host;

  private final ReentrantLock lock = new ReentrantLock();
  private final ReadyMessages ready;
  private final Subscriptions subscriptions;
  private final QueueCounters counters = new QueueCounters();
  private final List<DeadLetter> keptDeadLetters = new ArrayList<>();
  private int unacknowledged;
  private long unacknowledgedBytes;
  private long nextPosition;
  private long lastUse = System.nanoTime();
  private Timers.@Nullable Due expiryTimer;
  private long expiryTimerAt;
  private Timers.@Nullable Due useTimer;
  private boolean deleted;

  private record DeadLetter(QueuedMessage entry, DeathReason reason) {}

  /**
   * @param owner the connection to which the queue is exclusive, or null
   */
  Queue(
      String name,
      boolean durable,
      boolean autoDelete,
      @Nullable Object owner,
      FieldTable arguments,
      VirtualHost host) {
    this.name = name;
    this.durable = durable;
    this.autoDelete = autoDelete;
    this.owner = owner;
    this.arguments = arguments;
    this.settings = QueueSettings.of(arguments);
    this.host = host;
    this.ready = new ReadyMessages(settings);
    this.subscriptions = new Subscriptions(settings);
    settings.expires().ifPresent(this::watchUse);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String kind() {
    return "queue";
  }

  public boolean durable() {
    return durable;
  }

  public boolean autoDelete() {
    return autoDelete;
  }

  public boolean exclusive() {
    return owner != null;
  }

  boolean isOwnedBy(@Nullable Object connection) {
    return Objects.equals(owner, connection);
  }

  public FieldTable arguments() {
    return arguments;
  }

  public QueueType type() {
    return settings.type();
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
      if (deleted) {
        return true;
      }
      long now = System.nanoTime();
      QueuedMessage entry = new QueuedMessage(message, nextPosition++, expiry(message, now));
      if (settings.overflow() != Overflow.DROP_HEAD && isFullFor(entry)) {
        if (settings.overflow() == Overflow.REJECT_PUBLISH_DLX
            && settings.deadLetterExchange().isPresent()) {
          host.memory().hold(message.content());
          after.deadLetter(this, entry, DeathReason.MAX_LENGTH);
        }
        return false;
      }
      counters.published();
      host.memory().hold(message.content());
      ready.add(entry);
      // A message that may not wait at all can still be handed to a consumer that waits for it.
      pump(now - 1, after);
      dropExpired(now, after);
      dropAboveLength(after);
      watchExpiry(now);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isFullFor(QueuedMessage entry) {
    return ready.size() + 1L > settings.maxLength()
        || ready.bytes() + entry.bodySize() > settings.maxBytes();
  }

  private void dropAboveLength(Aftermath after) {
    while (ready.size() > settings.maxLength() || ready.bytes() > settings.maxBytes()) {
      bury(ready.remove(), DeathReason.MAX_LENGTH, after);
    }
  }

  private long expiry(Message message, long now) {
    long milliseconds =
        Math.min(
            settings.messageTtl().orElse(Long.MAX_VALUE),
            message.expiration().orElse(Long.MAX_VALUE));
    return milliseconds > Long.MAX_VALUE / 2_000_000
        ? QueuedMessage.NEVER
        : now + milliseconds * 1_000_000;
  }

  /** Hands out what is ready to whoever can take it. */
  private void pump(long now, Aftermath after) {
    while (!ready.isEmpty()) {
      dropExpired(now, after);
      Subscription next = ready.isEmpty() ? null : subscriptions.next();
      if (next == null) {
        return;
      }
      QueuedMessage entry = ready.remove();
      next.delivered();
      Delivery delivery = leave(entry, next, next.noAck());
      counters.delivered(delivery, next.noAck());
      next.receiver().deliver(delivery);
    }
  }

  private Delivery leave(QueuedMessage entry, @Nullable Subscription to, boolean noAck) {
    Delivery delivery = new Delivery(this, to, entry, entry.returns());
    if (noAck) {
      host.memory().release(entry.message().content());
    } else {
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
      lastUse = now;
      if (isQuorum() && settings.singleActiveConsumer()) {
        throw new AmqpException(
            ReplyCode.RESOURCE_LOCKED,
            "cannot obtain access to locked %s. basic.get operations are not supported by quorum queues with single active consumer"
                .formatted(described()));
      }
      dropExpired(now, after);
      if (ready.isEmpty()) {
        counters.gotNothing();
        return false;
      }
      Delivery delivery = leave(ready.remove(), null, noAck);
      counters.got(delivery, noAck);
      watchExpiry(now);
      found.accept(delivery, ready.size());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds a consumer; {@code added} runs before it gets its first message.
   *
   * @throws AmqpException 403 when the queue is in exclusive use or cannot be
   */
  public void subscribe(Subscription subscription, Aftermath after, Runnable added) {
    QueueArguments.checkConsumer(this, subscription.arguments());
    lock.lock();
    try {
      boolean refused =
          subscription.exclusive()
              ? settings.singleActiveConsumer() || !subscriptions.isEmpty()
              : subscriptions.anyExclusive();
      if (refused && !isQuorum()) {
        throw new AmqpException(ReplyCode.ACCESS_REFUSED, described() + " in exclusive use");
      }
      subscriptions.add(subscription);
      added.run();
      pumpNow(after);
    } finally {
      lock.unlock();
    }
  }

  /** Removes a consumer; what it has not settled stays with its channel. */
  public void unsubscribe(Subscription subscription, Aftermath after) {
    lock.lock();
    try {
      if (subscriptions.remove(subscription)) {
        lastUse = System.nanoTime();
        if (subscriptions.isEmpty() && autoDelete) {
          after.delete(this);
        }
        pumpNow(after);
      }
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
    lock.lock();
    try {
      for (Delivery delivery : deliveries) {
        settled(delivery);
        counters.acknowledged();
        host.memory().release(delivery.message().content());
      }
      pumpNow(after);
    } finally {
      lock.unlock();
    }
  }

  /** Dead-letters messages that a client does not want, or forgets them. */
  public void reject(Collection<Delivery> deliveries, Aftermath after) {
    lock.lock();
    try {
      for (Delivery delivery : deliveries) {
        settled(delivery);
        bury(delivery.entry(), DeathReason.REJECTED, after);
      }
      pumpNow(after);
    } finally {
      lock.unlock();
    }
  }

  /** Takes back messages that a client refused, unless they have come back too often. */
  public void requeue(Collection<Delivery> deliveries, Aftermath after) {
    takeBack(deliveries, settings.isQuorum() && settings.deliveryLimit().isEmpty(), after);
  }

  /** Takes back messages whose client has gone, unless they have come back too often. */
  public void giveBack(Collection<Delivery> deliveries, Aftermath after) {
    takeBack(deliveries, false, after);
  }

  private void takeBack(Collection<Delivery> deliveries, boolean toTheTail, Aftermath after) {
    lock.lock();
    try {
      for (Delivery delivery : deliveries) {
        settled(delivery);
        QueuedMessage entry = delivery.entry();
        entry.returned();
        if (deleted) {
          host.memory().release(entry.message().content());
        } else if (entry.returns() > settings.deliveryLimit().orElse(Long.MAX_VALUE)) {
          bury(entry, DeathReason.DELIVERY_LIMIT, after);
        } else if (toTheTail) {
          ready.add(entry);
        } else {
          ready.putBack(entry);
        }
      }
      if (settings.overflow() == Overflow.DROP_HEAD) {
        dropAboveLength(after);
      }
      pumpNow(after);
    } finally {
      lock.unlock();
    }
  }

  private void settled(Delivery delivery) {
    unacknowledged--;
    unacknowledgedBytes -= delivery.entry().bodySize();
    Subscription subscription = delivery.subscription();
    if (subscription != null) {
      subscription.settled();
      subscriptions.resume(subscription);
    }
  }

  private void pumpNow(Aftermath after) {
    if (!deleted && !ready.isEmpty()) {
      long now = System.nanoTime();
      pump(now, after);
      watchExpiry(now);
    }
  }

  private void dropExpired(long now, Aftermath after) {
    for (QueuedMessage head = ready.peek();
        head != null && head.expiredAt(now);
        head = ready.peek()) {
      bury(ready.remove(), DeathReason.EXPIRED, after);
    }
  }

  private void bury(QueuedMessage entry, DeathReason reason, Aftermath after) {
    if (settings.deadLetterExchange().isPresent() && !deleted) {
      after.deadLetter(this, entry, reason);
    } else {
      host.memory().release(entry.message().content());
    }
  }

  void forgetDeadLetter(QueuedMessage entry) {
    host.memory().release(entry.message().content());
  }

  /** Keeps a dead letter that nobody has taken, and tries again later. */
  void keepDeadLetter(QueuedMessage entry, DeathReason reason) {
    lock.lock();
    try {
      if (deleted) {
        host.memory().release(entry.message().content());
        return;
      }
      keptDeadLetters.add(new DeadLetter(entry, reason));
      if (keptDeadLetters.size() == 1) {
        host.timers().after(DEAD_LETTER_RETRY, this::retryDeadLetters);
      }
    } finally {
      lock.unlock();
    }
  }

  private void retryDeadLetters() {
    Aftermath after = new Aftermath(host);
    lock.lock();
    try {
      keptDeadLetters.forEach(letter -> after.deadLetter(this, letter.entry(), letter.reason()));
      keptDeadLetters.clear();
    } finally {
      lock.unlock();
    }
    after.run();
  }

  /** Sees to it that somebody looks when the head is due: one timer per queue, never one each. */
  private void watchExpiry(long now) {
    QueuedMessage head = ready.peek();
    if (head == null || !head.expires()) {
      return;
    }
    if (expiryTimer != null && expiryTimerAt - head.expiresAt() <= 0) {
      return;
    }
    if (expiryTimer != null) {
      expiryTimer.cancel();
    }
    expiryTimerAt = head.expiresAt();
    expiryTimer = host.timers().after(Duration.ofNanos(expiryTimerAt - now), this::expire);
  }

  private void expire() {
    Aftermath after = new Aftermath(host);
    lock.lock();
    try {
      expiryTimer = null;
      long now = System.nanoTime();
      dropExpired(now, after);
      watchExpiry(now);
    } finally {
      lock.unlock();
    }
    after.run();
  }

  /** Removes what is ready and answers how many there were. */
  public int purge() {
    lock.lock();
    try {
      int count = ready.size();
      while (!ready.isEmpty()) {
        host.memory().release(ready.remove().message().content());
      }
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** A declare counts as use. */
  void touch() {
    lock.lock();
    try {
      lastUse = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  private void watchUse(long milliseconds) {
    useTimer = host.timers().after(Duration.ofMillis(milliseconds), this::deleteIfUnused);
  }

  private void deleteIfUnused() {
    Aftermath after = new Aftermath(host);
    lock.lock();
    try {
      long milliseconds = settings.expires().orElseThrow();
      long idle = (System.nanoTime() - lastUse) / 1_000_000;
      if (deleted) {
        return;
      }
      if (subscriptions.isEmpty() && idle >= milliseconds) {
        after.delete(this);
      } else {
        watchUse(subscriptions.isEmpty() ? milliseconds - idle : milliseconds);
      }
    } finally {
      lock.unlock();
    }
    after.run();
  }

  /**
   * Ends the queue; the topology has forgotten it already or will.
   *
   * @throws AmqpException 406 when a condition does not hold
   */
  Ending close(boolean ifUnused, boolean ifEmpty) {
    lock.lock();
    try {
      if (deleted) {
        return new Ending(0, List.of());
      }
      if (ifUnused && !subscriptions.isEmpty()) {
        throw new AmqpException(ReplyCode.PRECONDITION_FAILED, described() + " in use");
      }
      if (ifEmpty && !ready.isEmpty()) {
        throw new AmqpException(ReplyCode.PRECONDITION_FAILED, described() + " not empty");
      }
      deleted = true;
      int count = ready.size();
      while (!ready.isEmpty()) {
        host.memory().release(ready.remove().message().content());
      }
      keptDeadLetters.forEach(letter -> forgetDeadLetter(letter.entry()));
      keptDeadLetters.clear();
      if (expiryTimer != null) {
        expiryTimer.cancel();
      }
      if (useTimer != null) {
        useTimer.cancel();
      }
      return new Ending(count, subscriptions.snapshot());
    } finally {
      lock.unlock();
    }
  }

  /** How a queue ended: what was in it and who listened. */
  record Ending(int messages, Collection<Subscription> subscriptions) {}

  /** Whether a consumer can get messages: with a single active consumer only one can. */
  public boolean isActive(Subscription subscription) {
    lock.lock();
    try {
      return subscriptions.isActive(subscription);
    } finally {
      lock.unlock();
    }
  }

  public boolean singleActiveConsumer() {
    return settings.singleActiveConsumer();
  }

  /** What a declare and the management API report. */
  public QueueState state() {
    lock.lock();
    try {
      return new QueueState(
          ready.size(),
          ready.bytes(),
          unacknowledged,
          unacknowledgedBytes,
          subscriptions.snapshot(),
          counters.snapshot());
    } finally {
      lock.unlock();
    }
  }
}
