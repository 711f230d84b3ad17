package io.pipeforce.broker.session;

import io.pipeforce.broker.model.Aftermath;
import io.pipeforce.broker.model.Delivery;
import io.pipeforce.broker.model.MemoryGauge;
import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What a channel in transaction mode has asked for and not committed yet. */
final class Transaction {
  private final Publishing publishing;
  private final Deliveries deliveries;
  private final Unfinished unfinished;
  private final List<Publishing.Routed> messages = new ArrayList<>();
  private final List<Settlement> settlements = new ArrayList<>();

  /** How a client settles deliveries. */
  enum Outcome {
    ACKNOWLEDGE,
    REJECT,
    REQUEUE
  }

  private record Settlement(Outcome outcome, SequencedMap<Long, Delivery> deliveries) {}

  Transaction(Publishing publishing, Deliveries deliveries, Unfinished unfinished) {
    this.publishing = publishing;
    this.deliveries = deliveries;
    this.unfinished = unfinished;
  }

  void add(Publishing.Routed message) {
    messages.add(message);
    unfinished.add(weight(message));
  }

  void add(Outcome outcome, SequencedMap<Long, Delivery> settled) {
    settlements.add(new Settlement(outcome, settled));
  }

  int messages() {
    return messages.size();
  }

  int settlements() {
    return settlements.stream().mapToInt(each -> each.deliveries().size()).sum();
  }

  /**
   * Does it all and starts afresh.
   *
   * @throws AmqpException 406 when a queue refused a message; the rest is done all the same
   */
  void commit(Aftermath after) {
    boolean accepted = true;
    for (Publishing.Routed message : messages) {
      unfinished.remove(weight(message));
      accepted &= publishing.deliver(message, after);
    }
    messages.clear();
    for (Settlement settlement : settlements) {
      settle(deliveries, settlement.outcome(), settlement.deliveries().values(), after);
    }
    settlements.clear();
    if (!accepted) {
      throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "partial tx completion");
    }
  }

  /** Forgets it all; deliveries settled in it are unsettled again. */
  void rollback() {
    messages.forEach(message -> unfinished.remove(weight(message)));
    messages.clear();
    SequencedMap<Long, Delivery> unsettled = new LinkedHashMap<>();
    settlements.forEach(settlement -> unsettled.putAll(settlement.deliveries()));
    settlements.clear();
    deliveries.restore(unsettled);
  }

  private static long weight(Publishing.Routed routed) {
    return MemoryGauge.weight(routed.message().content());
  }

  static void settle(
      Deliveries deliveries, Outcome outcome, Collection<Delivery> settled, Aftermath after) {
    switch (outcome) {
      case ACKNOWLEDGE -> deliveries.acknowledge(settled, after);
      case REJECT -> deliveries.reject(settled, after);
      case REQUEUE -> deliveries.requeue(settled, after);
    }
  }
}
