package io.pipeforce.broker.model;

import java.util.concurrent.atomic.LongAdder;

/** What clients published to an exchange. Thread-safe. */
public final class ExchangeCounters {
  private final LongAdder in = new LongAdder();
  private final LongAdder out = new LongAdder();

  ExchangeCounters() {}

  /** A message came and went to so many queues. */
  public void published(int queues) {
    in.increment();
    out.add(queues);
  }

  /** How many messages came. */
  public long in() {
    return in.sum();
  }

  /** To how many queues they went, all taken together. */
  public long out() {
    return out.sum();
  }
}
