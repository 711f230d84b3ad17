package io.pipeforce.broker.session;

import io.pipeforce.broker.model.DurableState;
import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Gathers what became of published messages, to tell the publisher in as few words as possible, and
 * of none before it is safe. Thread-safe: what is on the disk is told by the thread that wrote it.
 *
 * <p>Source: {@code send_confirms}, {@code send_nacks} and {@code coalesce_and_send} in {@code
 * rabbit_channel.erl}, down to the bits that a nack carries.
 */
final class Confirms {
  /** So many do not wait for a pause of the publisher. */
  private static final int MOST_UNTOLD = 500;

  private final DurableState durable;
  private final Consumer<Method> send;

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Settled> settled = new ArrayDeque<>();
  private final List<Long> accepted = new ArrayList<>();
  private final List<Long> refused = new ArrayList<>();
  private long published;
  private boolean awaitsDisk;
  private boolean ended;

  /**
   * @param change that must be on the disk before it may be told; 0 when nothing must
   */
  private record Settled(long number, boolean accepted, long change) {}

  /**
   * @param send must not wait
   */
  Confirms(DurableState durable, Consumer<Method> send) {
    this.durable = durable;
    this.send = send;
  }

  /** The next message is settled. */
  void settled(boolean isAccepted, long change) {
    lock.lock();
    try {
      published++;
      settled.add(new Settled(published, isAccepted, change));
      if (settled.size() % MOST_UNTOLD == 0) {
        flush();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many have not been told yet. */
  int size() {
    lock.lock();
    try {
      return settled.size();
    } finally {
      lock.unlock();
    }
  }

  /** Tells what is safe, in order, and the rest when it is. */
  void flush() {
    long awaited;
    lock.lock();
    try {
      while (!settled.isEmpty() && durable.isWritten(settled.getFirst().change())) {
        Settled next = settled.removeFirst();
        (next.accepted() ? accepted : refused).add(next.number());
      }
      tell();
      if (settled.isEmpty() || awaitsDisk) {
        return;
      }
      awaitsDisk = true;
      awaited = settled.getFirst().change();
    } finally {
      lock.unlock();
    }
    durable.whenWritten(awaited, this::flushWritten);
  }

  private void flushWritten() {
    lock.lock();
    try {
      awaitsDisk = false;
      flush();
    } finally {
      lock.unlock();
    }
  }

  /** The channel is closed: nothing more is told. */
  void end() {
    lock.lock();
    try {
      ended = true;
      settled.clear();
    } finally {
      lock.unlock();
    }
  }

  private void tell() {
    if (ended) {
      accepted.clear();
      refused.clear();
      return;
    }
    if (accepted.size() == 1) {
      send.accept(new BasicMethod.Ack(accepted.getFirst(), false));
    } else {
      long cutoff = refused.isEmpty() ? Long.MAX_VALUE : refused.getFirst();
      tell(accepted, cutoff, (tag, multiple) -> send.accept(new BasicMethod.Ack(tag, multiple)));
    }
    long cutoff = accepted.isEmpty() ? Long.MAX_VALUE : accepted.getFirst();
    tell(
        refused, cutoff, (tag, multiple) -> send.accept(new BasicMethod.Nack(tag, multiple, true)));
    accepted.clear();
    refused.clear();
  }

  private interface Teller {
    void tell(long tag, boolean multiple);
  }

  /** Those below the cutoff in one word, the others one by one. */
  private static void tell(List<Long> numbers, long cutoff, Teller teller) {
    int below = 0;
    while (below < numbers.size() && numbers.get(below) < cutoff) {
      below++;
    }
    if (below > 0) {
      teller.tell(numbers.get(below - 1), true);
    }
    numbers.subList(below, numbers.size()).forEach(number -> teller.tell(number, false));
  }
}
