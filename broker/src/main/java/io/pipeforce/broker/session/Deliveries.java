package io.pipeforce.broker.session;

import io.pipeforce.broker.model.Aftermath;
import io.pipeforce.broker.model.Delivery;
import io.pipeforce.broker.model.Message;
import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.Subscription;
import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * What a channel was sent and has not settled yet.
 *
 * <p>Its lock makes the order of delivery tags that of the outbound buffer. It is taken while a
 * queue's lock is held, so nothing here calls a queue while holding it.
 */
final class Deliveries {
  private final int channel;
  private final Outbound outbound;
  private final MessageCounters counters;

  private final ReentrantLock lock = new ReentrantLock();
  private final SequencedMap<Long, Delivery> unsettled = new LinkedHashMap<>();
  private long lastTag;
  private int globalPrefetch;
  private int globallyUnsettled;
  private Set<Runnable> waiting = new LinkedHashSet<>();
  private boolean ended;

  Deliveries(int channel, Outbound outbound, MessageCounters counters) {
    this.channel = channel;
    this.outbound = outbound;
    this.counters = counters;
  }

  /** Whether one more message may come, which reserves its place; else {@code later} will run. */
  boolean reserve(boolean noAck, Runnable later) {
    if (!outbound.hasRoom(later)) {
      return false;
    }
    lock.lock();
    try {
      if (ended) {
        return false;
      }
      if (noAck) {
        return true;
      }
      if (globalPrefetch > 0 && globallyUnsettled >= globalPrefetch) {
        waiting.add(later);
        return false;
      }
      globallyUnsettled++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void deliver(String consumerTag, Delivery delivery, boolean noAck) {
    Message message = delivery.message();
    lock.lock();
    try {
      long tag = record(delivery, noAck);
      counters.delivered(noAck, delivery.redelivered());
      outbound.send(
          channel,
          new BasicMethod.Deliver(
              consumerTag, tag, delivery.redelivered(), message.exchange(), message.routingKey()),
          delivery.content());
    } finally {
      lock.unlock();
    }
  }

  void got(Delivery delivery, boolean noAck, long left) {
    Message message = delivery.message();
    lock.lock();
    try {
      long tag = record(delivery, noAck);
      counters.got(noAck, delivery.redelivered());
      outbound.send(
          channel,
          new BasicMethod.GetOk(
              tag, delivery.redelivered(), message.exchange(), message.routingKey(), left),
          delivery.content());
    } finally {
      lock.unlock();
    }
  }

  /** A direct reply: never acknowledged, and dropped when the client does not keep up. */
  void reply(String consumerTag, Message message) {
    lock.lock();
    try {
      if (!outbound.isFull()) {
        outbound.send(
            channel,
            new BasicMethod.Deliver(
                consumerTag, ++lastTag, false, message.exchange(), message.routingKey()),
            message.content());
      }
    } finally {
      lock.unlock();
    }
  }

  private long record(Delivery delivery, boolean noAck) {
    long tag = ++lastTag;
    if (!noAck) {
      unsettled.put(tag, delivery);
    }
    return tag;
  }

  int unsettled() {
    lock.lock();
    try {
      return unsettled.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes out what a client settles: oldest first.
   *
   * @param tag 0 with {@code multiple} means all
   * @throws AmqpException 406 for a tag that is not out
   */
  SequencedMap<Long, Delivery> take(long tag, boolean multiple) {
    SequencedMap<Long, Delivery> taken = new LinkedHashMap<>();
    lock.lock();
    try {
      if (tag == 0 && multiple) {
        taken.putAll(unsettled);
        unsettled.clear();
        return taken;
      }
      if (!unsettled.containsKey(tag)) {
        throw new AmqpException(
            ReplyCode.PRECONDITION_FAILED, "unknown delivery tag " + Long.toUnsignedString(tag));
      }
      if (multiple) {
        var entries = unsettled.entrySet().iterator();
        long taking;
        do {
          Map.Entry<Long, Delivery> entry = entries.next();
          taking = entry.getKey();
          taken.put(taking, entry.getValue());
          entries.remove();
        } while (taking != tag);
      } else {
        Delivery delivery = unsettled.remove(tag);
        if (delivery != null) {
          taken.put(tag, delivery);
        }
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Gives back what was taken and not settled after all, in its old order. */
  void restore(SequencedMap<Long, Delivery> taken) {
    lock.lock();
    try {
      taken.putAll(unsettled);
      unsettled.clear();
      taken.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(entry -> unsettled.put(entry.getKey(), entry.getValue()));
    } finally {
      lock.unlock();
    }
  }

  void acknowledge(Collection<Delivery> taken, Aftermath after) {
    counters.acknowledged(taken.size());
    perQueue(taken).forEach((queue, ofQueue) -> queue.acknowledge(ofQueue, after));
    settled(taken);
  }

  void reject(Collection<Delivery> taken, Aftermath after) {
    perQueue(taken).forEach((queue, ofQueue) -> queue.reject(ofQueue, after));
    settled(taken);
  }

  void requeue(Collection<Delivery> taken, Aftermath after) {
    perQueue(taken).forEach((queue, ofQueue) -> queue.requeue(ofQueue, after));
    settled(taken);
  }

  /** Ends the channel: its consumers go and all that is unsettled goes back. */
  void release(Collection<Subscription> consumers, Aftermath after) {
    lock.lock();
    try {
      ended = true;
    } finally {
      lock.unlock();
    }
    giveBack(consumers, after);
    // What a queue was about to deliver when it ended came meanwhile; nothing comes any more.
    giveBack(List.of(), after);
  }

  private void giveBack(Collection<Subscription> consumers, Aftermath after) {
    Collection<Delivery> unsettledOnes = take(0, true).values();
    Map<Queue, Collection<Delivery>> deliveries = perQueue(unsettledOnes);
    Map<Queue, List<Subscription>> leaving =
        consumers.stream().collect(Collectors.groupingBy(Subscription::queue));
    Set<Queue> queues = new LinkedHashSet<>(deliveries.keySet());
    queues.addAll(leaving.keySet());
    queues.forEach(queue ->
        queue.release(
            leaving.getOrDefault(queue, List.of()),
            deliveries.getOrDefault(queue, List.of()),
            after));
    settled(unsettledOnes);
  }

  private static Map<Queue, Collection<Delivery>> perQueue(Collection<Delivery> taken) {
    if (taken.size() == 1) {
      return Map.of(taken.iterator().next().queue(), taken);
    }
    Map<Queue, Collection<Delivery>> perQueue = new LinkedHashMap<>();
    for (Delivery delivery : taken) {
      perQueue.computeIfAbsent(delivery.queue(), _ -> new ArrayList<>()).add(delivery);
    }
    return perQueue;
  }

  private void settled(Collection<Delivery> taken) {
    Set<Runnable> released = Set.of();
    lock.lock();
    try {
      for (Delivery delivery : taken) {
        if (delivery.subscription() != null) {
          globallyUnsettled--;
        }
      }
      if (!waiting.isEmpty() && (globalPrefetch == 0 || globallyUnsettled < globalPrefetch)) {
        released = waiting;
        waiting = new LinkedHashSet<>();
      }
    } finally {
      lock.unlock();
    }
    released.forEach(Runnable::run);
  }

  /** Limits all consumers of the channel together; 0 for no limit. */
  void globalPrefetch(int count) {
    lock.lock();
    try {
      globalPrefetch = count;
    } finally {
      lock.unlock();
    }
    settled(List.of());
  }

  int globalPrefetch() {
    lock.lock();
    try {
      return globalPrefetch;
    } finally {
      lock.unlock();
    }
  }
}
