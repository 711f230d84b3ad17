package io.pipeforce.broker.model;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a queue that wait for a consumer, in the order in which they leave. Guarded by
 * the queue's lock.
 *
 * <p>On a classic queue, highest priority first; within one, what came back is at its old place. On
 * a quorum queue, what came back goes before everything else, in the order in which it came back.
 */
final class ReadyMessages {
  /**
   * Every third message that leaves a quorum queue for the first time is a normal one, where that
   * is the older one.
   */
  private static final int TURNS = 3;

  private static final int NORMAL_UP_TO = 4;

  private final boolean quorum;
  private final @Nullable Level[] levels;
  private final ArrayDeque<QueuedMessage> returned = new ArrayDeque<>(0);
  private int size;
  private long bytes;
  private int turn;

  private static final class Level {
    /** Of classic queues only. */
    final Queue<QueuedMessage> returned =
        new PriorityQueue<>(Comparator.comparingLong(QueuedMessage::position));

    final ArrayDeque<QueuedMessage> fresh = new ArrayDeque<>();

    Queue<QueuedMessage> front() {
      return returned.isEmpty() ? fresh : returned;
    }

    boolean isEmpty() {
      return fresh.isEmpty() && returned.isEmpty();
    }
  }

  ReadyMessages(QueueSettings settings) {
    quorum = settings.isQuorum();
    levels = new Level[quorum ? 2 : settings.maxPriority() + 1];
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Of the bodies. */
  long bytes() {
    return bytes;
  }

  void add(QueuedMessage entry) {
    level(entry).fresh.add(entry);
    count(1, entry);
  }

  /** Back to the tail of a quorum queue, which forgets its priority. */
  void putLast(QueuedMessage entry) {
    level(0).fresh.add(entry);
    count(1, entry);
  }

  void putBack(QueuedMessage entry) {
    (quorum ? returned : level(entry).returned).add(entry);
    count(1, entry);
  }

  /** The next one to leave, or null. */
  @Nullable QueuedMessage peek() {
    if (size == 0) {
      return null;
    }
    return returned.isEmpty() ? next().front().peek() : returned.peek();
  }

  QueuedMessage remove() {
    QueuedMessage entry;
    if (returned.isEmpty()) {
      entry = next().front().remove();
      turn = (turn + 1) % TURNS;
    } else {
      entry = returned.remove();
    }
    count(-1, entry);
    return entry;
  }

  /** A queue that was purged begins anew. */
  void beginAnew() {
    turn = 0;
  }

  void forEach(Consumer<QueuedMessage> action) {
    returned.forEach(action);
    for (Level level : levels) {
      if (level != null) {
        level.returned.forEach(action);
        level.fresh.forEach(action);
      }
    }
  }

  private Level next() {
    for (int i = isNormalsTurn() ? 0 : levels.length - 1; i >= 0; i--) {
      Level level = levels[i];
      if (level != null && !level.isEmpty()) {
        return level;
      }
    }
    throw new NoSuchElementException();
  }

  private boolean isNormalsTurn() {
    Level normal = levels[0];
    if (!quorum || turn < TURNS - 1 || normal == null || normal.isEmpty()) {
      return false;
    }
    Level high = levels[1];
    return high == null
        || high.isEmpty()
        || normal.fresh.getFirst().position() < high.fresh.getFirst().position();
  }

  private Level level(QueuedMessage entry) {
    int priority = entry.message().priority();
    return level(
        quorum ? (priority > NORMAL_UP_TO ? 1 : 0) : Math.min(priority, levels.length - 1));
  }

  private Level level(int index) {
    Level level = levels[index];
    if (level == null) {
      level = new Level();
      levels[index] = level;
    }
    return level;
  }

  private void count(int change, QueuedMessage entry) {
    size += change;
    bytes += (long) change * entry.bodySize();
  }
}
