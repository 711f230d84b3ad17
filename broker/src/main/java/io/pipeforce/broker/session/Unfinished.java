package io.pipeforce.broker.session;

import io.pipeforce.broker.model.MemoryGauge;

/**
 * What one client has begun and not finished: bodies that are still arriving, and what a
 * transaction has not committed. Nobody else can use it up, so it counts as memory like what lies
 * in queues. Used by the connection's reading thread only.
 */
final class Unfinished {
  private final MemoryGauge memory;
  private long octets;

  Unfinished(MemoryGauge memory) {
    this.memory = memory;
  }

  long octets() {
    return octets;
  }

  void add(long more) {
    octets += more;
    memory.holdUnfinished(more);
  }

  void remove(long less) {
    octets -= less;
    memory.releaseUnfinished(less);
  }

  void removeAll() {
    remove(octets);
  }
}
