package io.pipeforce.broker.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the messages of a queue that nobody will handle: dead-lettered where the queue
 * says so, else forgotten. Guarded by the queue's lock.
 *
 * <p>With x-dead-letter-strategy at-least-once, letters that nobody takes are kept. RabbitMQ tries
 * again every few minutes; here it is every second.
 */
final class DeadLetters {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Queue queue;
  private final QueueSettings settings;
  private final MemoryGauge memory;
  private final Timers timers;
  private final Runnable retry;
  private final @Nullable KeptMessages kept;
  private final List<Letter> untaken = new ArrayList<>();

  private boolean ended;

  private record Letter(QueuedMessage entry, DeathReason reason) {}

  /**
   * @param kept where the queue's messages are on the disk, if they are
   * @param retry called when letters that nobody took are to be sent again
   */
  DeadLetters(
      Queue queue,
      QueueSettings settings,
      VirtualHost host,
      @Nullable KeptMessages kept,
      Runnable retry) {
    this.queue = queue;
    this.settings = settings;
    this.memory = host.memory();
    this.timers = host.timers();
    this.kept = kept;
    this.retry = retry;
  }

  /** A message that was in the queue. */
  void bury(QueuedMessage entry, DeathReason reason, Aftermath after) {
    if (settings.deadLetterExchange().isPresent() && !ended) {
      after.deadLetter(queue, entry, reason);
    } else {
      forget(entry);
    }
  }

  /** A message that the queue refused. */
  void refused(QueuedMessage entry, Aftermath after) {
    if (settings.overflow() == Overflow.REJECT_PUBLISH_DLX
        && settings.deadLetterExchange().isPresent()) {
      memory.hold(entry.message().content());
      after.deadLetter(queue, entry, DeathReason.MAX_LENGTH);
    }
  }

  /** Nobody needs it any more. Needs no lock. */
  void forget(QueuedMessage entry) {
    memory.release(entry.message().content());
    if (kept != null) {
      kept.remove(entry);
    }
  }

  /** A letter that nobody has taken. */
  void keep(QueuedMessage entry, DeathReason reason) {
    if (ended) {
      forget(entry);
      return;
    }
    untaken.add(new Letter(entry, reason));
    if (untaken.size() == 1) {
      timers.after(RETRY, retry);
    }
  }

  void sendAgain(Aftermath after) {
    untaken.forEach(letter -> after.deadLetter(queue, letter.entry(), letter.reason()));
    untaken.clear();
  }

  /** The queue is gone: nothing is sent or kept any more. */
  void end() {
    ended = true;
    untaken.forEach(letter -> forget(letter.entry()));
    untaken.clear();
  }
}
