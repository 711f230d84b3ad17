package io.pipeforce.broker.model;

import java.util.concurrent.atomic.LongAdder;

/** How often queues came and went. Thread-safe. */
public final class QueueChurn {
  private final LongAdder declared = new LongAdder();
  private final LongAdder created = new LongAdder();
  private final LongAdder deleted = new LongAdder();

  QueueChurn() {}

  void declared() {
    declared.increment();
  }

  void created() {
    declared.increment();
    created.increment();
  }

  void deleted() {
    deleted.increment();
  }

  /** Those that were there already included. */
  public long timesDeclared() {
    return declared.sum();
  }

  public long timesCreated() {
    return created.sum();
  }

  public long timesDeleted() {
    return deleted.sum();
  }
}
