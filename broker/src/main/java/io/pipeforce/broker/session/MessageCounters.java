package io.pipeforce.broker.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often a channel did what. Thread-safe.
 *
 * <p>The names are those of RabbitMQ's {@code message_stats}.
 */
public final class MessageCounters {
  private final LongAdder published = new LongAdder();
  private final LongAdder confirmed = new LongAdder();
  private final LongAdder returned = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder deliveredNoAck = new LongAdder();
  private final LongAdder got = new LongAdder();
  private final LongAdder gotNoAck = new LongAdder();
  private final LongAdder gotNothing = new LongAdder();
  private final LongAdder redelivered = new LongAdder();
  private final LongAdder acknowledged = new LongAdder();

  MessageCounters() {}

  public void published() {
    published.increment();
  }

  void confirmed() {
    confirmed.increment();
  }

  /** A message that no queue took, which its publisher wanted back or not. */
  public void unroutable(boolean mandatory) {
    (mandatory ? returned : dropped).increment();
  }

  void delivered(boolean noAck, boolean again) {
    (noAck ? deliveredNoAck : delivered).increment();
    if (again) {
      redelivered.increment();
    }
  }

  public void got(boolean noAck, boolean again) {
    (noAck ? gotNoAck : got).increment();
    if (again) {
      redelivered.increment();
    }
  }

  public void gotNothing() {
    gotNothing.increment();
  }

  public void acknowledged(int count) {
    acknowledged.add(count);
  }

  /** Adds what the other has counted, which begins at zero again. */
  void takeOver(MessageCounters other) {
    move(other.published, published);
    move(other.confirmed, confirmed);
    move(other.returned, returned);
    move(other.dropped, dropped);
    move(other.delivered, delivered);
    move(other.deliveredNoAck, deliveredNoAck);
    move(other.got, got);
    move(other.gotNoAck, gotNoAck);
    move(other.gotNothing, gotNothing);
    move(other.redelivered, redelivered);
    move(other.acknowledged, acknowledged);
  }

  /** Adds what the other has counted so far. */
  void add(MessageCounters other) {
    published.add(other.published.sum());
    confirmed.add(other.confirmed.sum());
    returned.add(other.returned.sum());
    dropped.add(other.dropped.sum());
    delivered.add(other.delivered.sum());
    deliveredNoAck.add(other.deliveredNoAck.sum());
    got.add(other.got.sum());
    gotNoAck.add(other.gotNoAck.sum());
    gotNothing.add(other.gotNothing.sum());
    redelivered.add(other.redelivered.sum());
    acknowledged.add(other.acknowledged.sum());
  }

  private static void move(LongAdder from, LongAdder to) {
    to.add(from.sumThenReset());
  }

  /** What there is of publishing and of delivering, each complete or not at all. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    if (published.sum() > 0) {
      counts.put("publish", published.sum());
      counts.put("confirm", confirmed.sum());
      counts.put("return_unroutable", returned.sum());
      counts.put("drop_unroutable", dropped.sum());
    }
    long deliveredOrGot = delivered.sum() + deliveredNoAck.sum() + got.sum() + gotNoAck.sum();
    if (deliveredOrGot + gotNothing.sum() + acknowledged.sum() > 0) {
      counts.put("deliver", delivered.sum());
      counts.put("deliver_no_ack", deliveredNoAck.sum());
      counts.put("get", got.sum());
      counts.put("get_no_ack", gotNoAck.sum());
      counts.put("get_empty", gotNothing.sum());
      counts.put("deliver_get", deliveredOrGot);
      counts.put("redeliver", redelivered.sum());
      counts.put("ack", acknowledged.sum());
    }
    return counts;
  }
}
