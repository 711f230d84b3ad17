package io.pipeforce.broker.session;

import io.pipeforce.broker.model.Content;
import io.pipeforce.broker.model.MemoryGauge;
import io.pipeforce.broker.wire.FrameWriter;
import io.pipeforce.broker.wire.Method;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that goes to one client, in order, written by a thread of its own: one flush for all
 * that has gathered meanwhile.
 *
 * <p>Thread-safe. {@link #send} never waits.
 */
final class Outbound implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Outbound.class);

  /** Beyond this many times the limit the connection's requests wait as well. */
  private static final int TIMES_THE_LIMIT = 4;

  /** After so many octets those who wait are told how far it has got. */
  private static final int REPORT = 64 * 1024;

  /** What a command costs besides its body. */
  private static final int OVERHEAD = 100;

  private final FrameWriter frames;
  private final MemoryGauge memory;
  private final int limit;
  private final Runnable onFailure;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition drained = lock.newCondition();
  private ArrayDeque<Command> commands = new ArrayDeque<>();
  private Set<Runnable> waiting = new LinkedHashSet<>();

  /** Changed under the lock; read without it where a late answer does no harm. */
  private final AtomicLong bytes = new AtomicLong();

  private final long heartbeatNanos;
  private boolean writerWaits;
  private boolean finished;
  private boolean closed;

  private record Command(int channel, Method method, @Nullable Content content) {
    int size() {
      return content == null
          ? OVERHEAD
          : OVERHEAD + content.body().length + content.encodedProperties().length;
    }
  }

  /**
   * @param memory where messages count until they are written
   * @param limit octets above which {@link #hasRoom} says no
   * @param heartbeat sends one whenever nothing else was sent for so long; zero for never
   * @param onFailure called once when nothing more can be written
   */
  Outbound(
      FrameWriter frames, MemoryGauge memory, int limit, Duration heartbeat, Runnable onFailure) {
    this.frames = frames;
    this.memory = memory;
    this.limit = limit;
    this.heartbeatNanos = heartbeat.isZero() ? Long.MAX_VALUE : heartbeat.toNanos();
    this.onFailure = onFailure;
  }

  void send(int channel, Method method) {
    add(new Command(channel, method, null));
  }

  void send(int channel, Method method, Content content) {
    add(new Command(channel, method, content));
  }

  private void add(Command command) {
    if (command.content() != null) {
      memory.hold(command.content());
    }
    boolean taken;
    lock.lock();
    try {
      taken = !closed && !finished;
      if (taken) {
        commands.add(command);
        bytes.addAndGet(command.size());
        if (writerWaits) {
          changed.signal();
        }
      }
    } finally {
      lock.unlock();
    }
    if (!taken) {
      forget(command);
    }
  }

  long pending() {
    return bytes.get();
  }

  /** Whether another message may be sent; if not, {@code later} runs once there is room again. */
  boolean hasRoom(Runnable later) {
    if (bytes.get() < limit) {
      return true;
    }
    lock.lock();
    try {
      if (bytes.get() < limit || closed) {
        return true;
      }
      waiting.add(later);
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits while the client is so far behind that even answers pile up.
   *
   * <p>Meanwhile nothing is read, so that heartbeats cannot tell whether the client is still there:
   * one that has taken nothing for four of the periods in which we send them is lost.
   */
  void awaitRoom() {
    if (!isFull()) {
      return;
    }
    boolean lost;
    lock.lock();
    try {
      long patience = heartbeatNanos == Long.MAX_VALUE ? Long.MAX_VALUE : heartbeatNanos * 4;
      long left = patience;
      while (isFull() && !closed && left > 0) {
        left = drained.awaitNanos(left) > 0 ? patience : 0;
      }
      lost = left <= 0;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      lost = true;
    } finally {
      lock.unlock();
    }
    if (lost) {
      onFailure.run();
    }
  }

  /** Whether answers to others, which nobody can hold back, must be dropped. */
  boolean isFull() {
    return bytes.get() >= (long) limit * TIMES_THE_LIMIT;
  }

  /** Takes nothing more; what is there is still written, then the thread ends. */
  void finish() {
    lock.lock();
    try {
      finished = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Drops what has not been written and lets all waiters go. */
  void close() {
    ArrayDeque<Command> unwritten;
    lock.lock();
    try {
      closed = true;
      unwritten = commands;
      commands = new ArrayDeque<>(0);
      bytes.set(0);
      waiting.clear();
      changed.signal();
      drained.signalAll();
    } finally {
      lock.unlock();
    }
    forgetAll(unwritten);
  }

  @Override
  public void run() {
    ArrayDeque<Command> batch = new ArrayDeque<>();
    Turn turn = new Turn();
    try {
      while (true) {
        ArrayDeque<Command> emptied = batch;
        turn.mayWait();
        batch = take(emptied);
        turn.goesOn();
        if (batch.isEmpty()) {
          if (isOver()) {
            return;
          }
          frames.heartbeat();
        }
        write(batch);
        if (commandsAreEmpty()) {
          frames.flush();
        }
        turn.end();
      }
    } catch (IOException _) {
      fail(batch);
    } catch (RuntimeException | OutOfMemoryError e) {
      fail(batch);
      LOG.error("Writing to a client failed", e);
    }
  }

  private void fail(ArrayDeque<Command> unwritten) {
    forgetAll(unwritten);
    close();
    onFailure.run();
  }

  private void forgetAll(ArrayDeque<Command> unwritten) {
    for (Command command = unwritten.poll(); command != null; command = unwritten.poll()) {
      forget(command);
    }
  }

  private void forget(Command command) {
    if (command.content() != null) {
      memory.release(command.content());
    }
  }

  /** Waits for commands; answers none when a heartbeat is due or nothing more comes. */
  private ArrayDeque<Command> take(ArrayDeque<Command> empty) {
    lock.lock();
    try {
      long left = heartbeatNanos;
      writerWaits = true;
      while (commands.isEmpty() && !finished && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      writerWaits = false;
      ArrayDeque<Command> batch = commands;
      commands = empty;
      return batch;
    } catch (InterruptedException _) {
      closed = true;
      return empty;
    } finally {
      lock.unlock();
    }
  }

  private void write(ArrayDeque<Command> batch) throws IOException {
    int unreported = 0;
    for (Command command = batch.peek(); command != null; command = batch.peek()) {
      Content content = command.content();
      if (content == null) {
        frames.method(command.channel(), command.method());
      } else {
        frames.content(
            command.channel(), command.method(), content.encodedProperties(), content.body());
      }
      batch.poll();
      forget(command);
      unreported += command.size();
      if (unreported >= REPORT) {
        written(unreported);
        unreported = 0;
      }
    }
    written(unreported);
  }

  private void written(int size) {
    Set<Runnable> released = Set.of();
    lock.lock();
    try {
      bytes.addAndGet(-size);
      if (bytes.get() < limit / 2 && !waiting.isEmpty()) {
        released = waiting;
        waiting = new LinkedHashSet<>();
      }
      drained.signalAll();
    } finally {
      lock.unlock();
    }
    released.forEach(Runnable::run);
  }

  private boolean commandsAreEmpty() {
    lock.lock();
    try {
      return commands.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    lock.lock();
    try {
      return closed || (finished && commands.isEmpty());
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the writer has ended. */
  static void join(Thread writer, Duration atMost) {
    try {
      writer.join(atMost.toMillis());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
