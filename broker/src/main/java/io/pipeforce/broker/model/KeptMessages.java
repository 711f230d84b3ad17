package io.pipeforce.broker.model;

import io.pipeforce.broker.store.Change;
import io.pipeforce.broker.store.Store;

/**
 * The messages of one durable queue on the disk: each is there from when the queue takes it until
 * nobody needs it any more. Calls are made in the order in which things happen to a message; they
 * do not wait for the disk.
 *
 * <p>As in RabbitMQ, a classic queue keeps persistent messages and a quorum queue all; a quorum
 * queue remembers how often it has delivered each one, also when the broker crashes.
 */
final class KeptMessages {
  /** A queue can have taken so many messages in its life, and there can be 2^23 queues. */
  private static final int POSITION_BITS = 40;

  private static final int PERSISTENT = 2;

  private final Store store;
  private final long queue;
  private final boolean quorum;

  /**
   * @param queue its number, never used twice
   */
  KeptMessages(Store store, long queue, boolean quorum) {
    this.store = store;
    this.queue = queue;
    this.quorum = quorum;
  }

  static long queueOf(long key) {
    return key >>> POSITION_BITS;
  }

  static long positionOf(long key) {
    return key & ((1L << POSITION_BITS) - 1);
  }

  boolean keeps(Message message) {
    Integer mode = message.content().properties().deliveryMode();
    return quorum || (mode != null && mode == PERSISTENT);
  }

  void add(QueuedMessage entry) {
    if (keeps(entry.message())) {
      entry.keep();
      store.add(
          new Change.PutMessage(
              key(entry), entry.message().content().size(), () -> StoredMessage.encode(entry)));
    }
  }

  void remove(QueuedMessage entry) {
    if (entry.isKept()) {
      store.add(new Change.RemoveMessage(key(entry)));
    }
  }

  /** A consumer got it; should the broker crash now, it comes back. */
  void delivered(QueuedMessage entry) {
    if (quorum) {
      countReturns(entry, entry.returns() + 1);
    }
  }

  /** The broker is closed; a classic queue remembers only now which messages came back. */
  void closing(QueuedMessage entry) {
    if (!quorum && entry.returns() > 0) {
      countReturns(entry, entry.returns());
    }
  }

  private void countReturns(QueuedMessage entry, int count) {
    if (entry.isKept()) {
      store.add(new Change.CountReturns(key(entry), count));
    }
  }

  private long key(QueuedMessage entry) {
    return queue << POSITION_BITS | entry.position();
  }
}
