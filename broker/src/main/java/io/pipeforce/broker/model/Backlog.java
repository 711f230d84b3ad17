package io.pipeforce.broker.model;

import java.util.function.Consumer;

/**
 * The messages that wait in a queue, and the rules by which they leave it unhandled: too old, too
 * many. Guarded by the queue's lock.
 */
final class Backlog {
  private final QueueSettings settings;
  private final ReadyMessages ready;
  private final DeadLetters deadLetters;
  private final HeadTimer headTimer;
  private long nextPosition;

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

  /** Whether the queue must refuse it. */
  boolean isFullFor(QueuedMessage entry) {
    return settings.overflow() != Overflow.DROP_HEAD
        && (ready.size() + 1L > settings.maxLength()
            || ready.bytes() + entry.bodySize() > settings.maxBytes());
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

  void dropAboveLength(Aftermath after) {
    if (settings.overflow() == Overflow.DROP_HEAD) {
      while (ready.size() > settings.maxLength() || ready.bytes() > settings.maxBytes()) {
        deadLetters.bury(ready.remove(), DeathReason.MAX_LENGTH, after);
      }
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
