package io.pipeforce.broker.session;

import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gathers what became of published messages, to tell the publisher in as few words as possible.
 * Used by the connection's reading thread only.
 *
 * <p>Source: {@code send_confirms}, {@code send_nacks} and {@code coalesce_and_send} in {@code
 * rabbit_channel.erl}, down to the bits that a nack carries.
 */
final class Confirms {
  private final List<Long> accepted = new ArrayList<>();
  private final List<Long> refused = new ArrayList<>();
  private long published;

  /** The number of the message that is published now. */
  long next() {
    return ++published;
  }

  /** Numbers are settled in the order in which they were given. */
  void settled(long number, boolean isAccepted) {
    (isAccepted ? accepted : refused).add(number);
  }

  int size() {
    return accepted.size() + refused.size();
  }

  /** Tells all that is known and forgets it. */
  void flush(Consumer<Method> send) {
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
