package io.pipeforce.broker.model;

import java.util.ArrayDeque;
import java.util.List;

/**
 * What is left to do when a queue's lock is released: dead letters and queues that are no longer
 * wanted. Not thread-safe; make one per piece of work.
 *
 * <p>A dead letter can push another message out of its target, and so on: each adds its work at the
 * end and returns, so a chain of any length needs no stack and never two locks.
 */
public final class Aftermath {
  private final VirtualHost host;
  private final ArrayDeque<Runnable> work = new ArrayDeque<>(0);

  public Aftermath(VirtualHost host) {
    this.host = host;
  }

  /** Does all of it. The caller holds no lock. */
  public void run() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
    }
  }

  void deadLetter(Queue source, QueuedMessage entry, DeathReason reason) {
    work.add(() -> publishDeadLetter(source, entry, reason));
  }

  void deleteIfOver(Queue queue) {
    work.add(() -> host.deleteIfOver(queue));
  }

  private void publishDeadLetter(Queue source, QueuedMessage entry, DeathReason reason) {
    QueueSettings settings = source.settings();
    String exchangeName = settings.deadLetterExchange().orElseThrow();
    boolean counts = settings.isQuorum() && reason == DeathReason.REJECTED;
    Message letter =
        (counts ? entry.message().rejected() : entry.message())
            .died(
                reason, source.name(), exchangeName, settings.deadLetterRoutingKey().orElse(null));
    List<Queue> targets =
        host.exchange(exchangeName)
            .map(exchange -> Routes.of(host, exchange, letter))
            .orElse(List.of());
    boolean delivered = false;
    boolean refused = false;
    for (Queue target : targets) {
      if (reason != DeathReason.REJECTED && letter.cyclesTo(target.name())) {
        host.cycleWarnings().report(source, target, reason);
      } else if (target.publish(letter, this)) {
        delivered = true;
      } else {
        refused = true;
      }
    }
    if (settings.keepsDeadLetters() && (refused || !delivered)) {
      source.keepDeadLetter(entry, reason);
    } else {
      // On the disk, too, it goes from here only after it has come there.
      source.forget(entry);
    }
  }
}
