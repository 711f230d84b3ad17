package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ReplyCode;

/**
 * How long a queue lives: until it is deleted, or, when it was declared so, until its last consumer
 * is gone (auto-delete) or nobody has used it for a while (x-expires). Guarded by the queue's lock.
 */
final class Lifetime {
  private final QueueDefinition definition;
  private final Subscriptions subscriptions;
  private final IdleTimer idleTimer;
  private boolean hadConsumer;
  private boolean deleted;

  Lifetime(QueueDefinition definition, Subscriptions subscriptions, IdleTimer idleTimer) {
    this.definition = definition;
    this.subscriptions = subscriptions;
    this.idleTimer = idleTimer;
    idleTimer.watch();
  }

  void used() {
    idleTimer.used();
  }

  void gotConsumer() {
    hadConsumer = true;
  }

  /** Whether nobody uses it any more and it was declared to go then. */
  boolean isOver() {
    return subscriptions.isEmpty()
        && ((definition.autoDelete() && hadConsumer) || idleTimer.isOver());
  }

  /** Asks again when it may be over. */
  void goOn() {
    if (!deleted) {
      idleTimer.watch();
    }
  }

  boolean isDeleted() {
    return deleted;
  }

  /**
   * It may have been deleted between the look-up and this call.
   *
   * @throws AmqpException 404
   */
  void requireNotDeleted() {
    if (deleted) {
      throw VirtualHost.noQueue(definition.name());
    }
  }

  /**
   * @throws AmqpException 406 when it has consumers
   */
  void requireUnused() {
    if (!subscriptions.isEmpty()) {
      throw new AmqpException(ReplyCode.PRECONDITION_FAILED, definition.described() + " in use");
    }
  }

  void end() {
    deleted = true;
    idleTimer.cancel();
  }
}
