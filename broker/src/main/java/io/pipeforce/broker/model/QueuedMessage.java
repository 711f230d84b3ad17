package io.pipeforce.broker.model;

/** A message in a queue. Its changing parts are guarded by the queue's lock. */
public final class QueuedMessage {
  static final long NEVER = Long.MAX_VALUE;

  private final Message message;
  private final long position;
  private final long expiresAt;
  private int returns;
  private boolean kept;

  /**
   * @param position where it stands in its queue, the oldest lowest
   * @param expiresAt on {@link System#nanoTime}'s scale
   */
  QueuedMessage(Message message, long position, long expiresAt) {
    this.message = message;
    this.position = position;
    this.expiresAt = expiresAt;
  }

  /** One that was on the disk when the broker started. */
  static QueuedMessage restored(Message message, long position, long expiresAt, int returns) {
    QueuedMessage entry = new QueuedMessage(message, position, expiresAt);
    entry.returns = returns;
    entry.kept = true;
    return entry;
  }

  public Message message() {
    return message;
  }

  long position() {
    return position;
  }

  boolean expires() {
    return expiresAt != NEVER;
  }

  long expiresAt() {
    return expiresAt;
  }

  boolean expiredAt(long now) {
    return expiresAt != NEVER && expiresAt - now <= 0;
  }

  /** How often it was delivered and came back. */
  int returns() {
    return returns;
  }

  void returned() {
    returns++;
  }

  /** Whether it is on the disk, too. */
  boolean isKept() {
    return kept;
  }

  void keep() {
    kept = true;
  }

  int bodySize() {
    return message.content().body().length;
  }
}
