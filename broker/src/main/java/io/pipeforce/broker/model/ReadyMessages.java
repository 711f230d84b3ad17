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
 * <p>Highest priority first; within one, what came back goes before what has never left: on a
 * classic queue to its old place, on a quorum queue in the order in which it came back.
 */
final class ReadyMessages {
  /** A quorum queue lets two messages of high priority pass for each normal one. */
  private static final int HIGH_IN_A_ROW = 2;

  private static final int NORMAL_UP_TO = 4;

  private final boolean quorum;
  private final @Nullable Level[] levels;
  private int size;
  private long bytes;
  private int highInARow;

  private static final class Level {
    final Queue<QueuedMessage> returned;
    final ArrayDeque<QueuedMessage> fresh = new ArrayDeque<>();

    Level(boolean quorum) {
      returned =
          quorum
              ? new ArrayDeque<>()
              : new PriorityQueue<>(Comparator.comparingLong(QueuedMessage::position));
    }

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

  void putBack(QueuedMessage entry) {
    level(entry).returned.add(entry);
    count(1, entry);
  }

  /** The next one to leave, or null. */
  @Nullable QueuedMessage peek() {
    return size == 0 ? null : next().front().peek();
  }

  QueuedMessage remove() {
    Level level = next();
    if (quorum) {
      highInARow = level == levels[1] ? highInARow + 1 : 0;
    }
    QueuedMessage entry = level.front().remove();
    count(-1, entry);
    return entry;
  }

  void forEach(Consumer<QueuedMessage> action) {
    for (Level level : levels) {
      if (level != null) {
        level.returned.forEach(action);
        level.fresh.forEach(action);
      }
    }
  }

  private Level next() {
    boolean normalsTurn =
        quorum && highInARow >= HIGH_IN_A_ROW && levels[0] != null && !levels[0].isEmpty();
    for (int i = normalsTurn ? 0 : levels.length - 1; i >= 0; i--) {
      Level level = levels[i];
      if (level != null && !level.isEmpty()) {
        return level;
      }
    }
    throw new NoSuchElementException();
  }

  private Level level(QueuedMessage entry) {
    int priority = entry.message().priority();
    int index = quorum ? (priority > NORMAL_UP_TO ? 1 : 0) : Math.min(priority, levels.length - 1);
    Level level = levels[index];
    if (level == null) {
      level = new Level(quorum);
      levels[index] = level;
    }
    return level;
  }

  private void count(int change, QueuedMessage entry) {
    size += change;
    bytes += (long) change * entry.bodySize();
  }
}
