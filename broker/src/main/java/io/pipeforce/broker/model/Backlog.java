package io.pipeforce.broker.model;

import java.util.function.Consumer;

/**
 * The messages that wait in a queue, and the rules by which they leave it unhandled: too old, too
 * many. Guarded by the queue's lock.
 */
final class Backlog {
  /** What a quorum queue may be filled to, of its length, before it takes messages again. */
  private static final double ENOUGH_ROOM = 0.8;

  private final QueueSettings settings;
  private final ReadyMessages ready;
  private final DeadLetters deadLetters;
  private final HeadTimer headTimer;
  private long nextPosition;
  private boolean wasAboveLength;

  Backlog(QueueSettings settings, DeadLetters deadLetters, HeadTimer headTimer) {
    this.settings = settings;
    this.ready = new ReadyMessages(settings);
    this.deadLetters = deadLetters;
    this.headTimer = headTimer;
  }

  int size() {
    return ready.size();
  }

  long bytes() {
    return ready.bytes();
  }

  boolean isEmpty() {
    return ready.isEmpty();
  }

  QueuedMessage remove() {
    return ready.remove();
  }

  /** A message that could be added now; its time begins. */
  QueuedMessage entry(Message message, long now) {
    long milliseconds =
        Math.min(
            settings.messageTtl().orElse(Long.MAX_VALUE),
            message.expiration().orElse(Long.MAX_VALUE));
    return new QueuedMessage(
        message,
        nextPosition++,
        milliseconds == Long.MAX_VALUE ? QueuedMessage.NEVER : now + milliseconds * 1_000_000);
  }

  /**
   * Whether the queue must refuse it. As in RabbitMQ a classic queue is strict; a quorum queue
   * begins to refuse when there is one too many, and ends when a fifth is free again.
   */
  boolean isFullFor(QueuedMessage entry) {
    if (settings.overflow() == Overflow.DROP_HEAD) {
      return false;
    }
    if (!settings.isQuorum()) {
      return isAbove(ready.size() + 1L, ready.bytes() + entry.bodySize(), 1);
    }
    wasAboveLength &= isAbove(ready.size(), ready.bytes(), ENOUGH_ROOM);
    return wasAboveLength;
  }

  private boolean isAbove(long size, long bytes, double share) {
    return size > settings.maxLength() * share || bytes > settings.maxBytes() * share;
  }

  void add(QueuedMessage entry) {
    ready.add(entry);
  }

  void putBack(QueuedMessage entry) {
    ready.putBack(entry);
  }

  /** Only the head of a queue expires; what has expired behind it waits until it is the head. */
  void dropExpired(long now, Aftermath after) {
    for (QueuedMessage head = ready.peek();
        head != null && head.expiredAt(now);
        head = ready.peek()) {
      deadLetters.bury(ready.remove(), DeathReason.EXPIRED, after);
    }
  }

  /** Of a queue that refuses instead, only remembers that it is too long. */
  void dropAboveLength(Aftermath after) {
    while (isAbove(ready.size(), ready.bytes(), 1)) {
      if (settings.overflow() != Overflow.DROP_HEAD) {
        wasAboveLength = true;
        return;
      }
      deadLetters.bury(ready.remove(), DeathReason.MAX_LENGTH, after);
    }
  }

  /** Sees to it that the head is dropped in time. */
  void watchHead(long now) {
    headTimer.watch(ready.peek(), now);
  }

  /** A message that was there before the broker started; in the order of their positions. */
  void restore(StoredMessage stored, long position, int returns, long now) {
    nextPosition = position + 1;
    long expiresAt =
        stored.expiresAt() == StoredMessage.NEVER
            ? QueuedMessage.NEVER
            : now + (stored.expiresAt() - System.currentTimeMillis()) * 1_000_000;
    ready.add(QueuedMessage.restored(stored.message(), position, expiresAt, returns));
  }

  void forEach(Consumer<QueuedMessage> action) {
    ready.forEach(action);
  }

  /** Answers how many there were. */
  int clear() {
    int count = ready.size();
    while (!ready.isEmpty()) {
      deadLetters.forget(ready.remove());
    }
    return count;
  }

  void end() {
    headTimer.cancel();
  }
}
