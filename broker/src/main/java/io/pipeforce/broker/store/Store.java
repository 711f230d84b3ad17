package io.pipeforce.broker.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder on disk. Changes are numbered as they come; a thread of its own writes all that have
 * gathered at once, and they count as written when the disk has confirmed them (fsync).
 *
 * <p>Thread-safe. {@link #add} never waits for the disk.
 */
public final class Store implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Store.class);

  /** So much may wait in memory before publishers wait for the disk. */
  private static final long MOST_WAITING = 64L << 20;

  private static final int BATCHES_BETWEEN_PIECES = 50;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path folder;
  private final StoreFile file;
  private final Consumer<StoreException> onFailure;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final Condition progress = lock.newCondition();
  private List<Change> waiting = new ArrayList<>();
  private List<Runnable> listeners = new ArrayList<>();
  private long waitingBytes;
  private long last;

  /** Changed under the lock, read without. */
  private final AtomicLong written = new AtomicLong();

  private @Nullable StoreException failure;
  private boolean closing;
  private final Thread writer;

  /**
   * Opens a folder, which is made when it is not there. One broker at a time can.
   *
   * @param onFailure called once, on the store's thread, when the folder can no longer be written
   * @throws StoreException when it cannot be used
   */
  public Store(Path folder, Consumer<StoreException> onFailure) {
    this.folder = folder;
    this.onFailure = onFailure;
    this.file = StoreFile.open(folder);
    this.writer = Thread.ofPlatform().daemon().name("broker-store").start(this::write);
  }

  /** Whether the broker that had the folder last was closed; a new folder counts as closed. */
  public boolean wasClosed() {
    return file.wasClosed();
  }

  /** Reads all that is there. Before the first {@link #add}. */
  public void read(Contents contents) {
    file.read(contents);
  }

  public Path folder() {
    return folder;
  }

  /**
   * Takes a change over, to be written soon, after all before it.
   *
   * @return its number
   * @throws StoreException when the folder can no longer be written
   */
  public long add(Change change) {
    lock.lock();
    try {
      requireWritable();
      waiting.add(change);
      waitingBytes += change.size();
      if (waiting.size() == 1) {
        added.signal();
      }
      last++;
      return last;
    } finally {
      lock.unlock();
    }
  }

  private void requireWritable() {
    if (failure != null) {
      throw failure;
    }
  }

  /** The number of the newest change. */
  public long last() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /** The number of the newest change that is written, and with it all before. */
  public long written() {
    return written.get();
  }

  /**
   * Waits until a change is written.
   *
   * @throws StoreException when the folder can no longer be written
   */
  public void await(long number) {
    awaitUntil(() -> written.get() >= number);
  }

  /**
   * Waits while more waits for the disk than is good.
   *
   * @throws StoreException when the folder can no longer be written
   */
  public void awaitRoom() {
    awaitUntil(() -> waitingBytes < MOST_WAITING);
  }

  private void awaitUntil(BooleanSupplier condition) {
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        requireWritable();
        progress.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs it once when something more has been written: on the store's thread, so that it must not
   * wait, or at once when the change is written already.
   */
  public void whenWritten(long number, Runnable listener) {
    lock.lock();
    try {
      if (written.get() < number) {
        listeners.add(listener);
        return;
      }
    } finally {
      lock.unlock();
    }
    listener.run();
  }

  private void write() {
    int sincePiece = 0;
    try {
      while (true) {
        List<Change> changes = take(sincePiece > 0);
        if (changes.isEmpty()) {
          if (isOver()) {
            return;
          }
          sincePiece = file.compactPiece() ? sincePiece : 0;
          continue;
        }
        file.write(Batch.of(changes));
        told(changes.size());
        sincePiece++;
        if (sincePiece % BATCHES_BETWEEN_PIECES == 0) {
          file.compactPiece();
        }
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Waits for changes; answers none when there is time for something else, or when it is over. */
  private List<Change> take(boolean onlyAMoment) {
    lock.lock();
    try {
      long left = PAUSE_NANOS;
      while (waiting.isEmpty() && !closing && (!onlyAMoment || left > 0)) {
        if (onlyAMoment) {
          left = added.awaitNanos(left);
        } else {
          added.await();
        }
      }
      List<Change> taken = waiting;
      waiting = new ArrayList<>();
      waitingBytes = 0;
      return taken;
    } catch (InterruptedException _) {
      closing = true;
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    lock.lock();
    try {
      return closing && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void told(int count) {
    List<Runnable> toldNow;
    lock.lock();
    try {
      written.addAndGet(count);
      toldNow = listeners;
      listeners = new ArrayList<>();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    toldNow.forEach(Runnable::run);
  }

  /** Whoever waits gets the failure; whoever waits to be told is never told. */
  private void fail(Throwable cause) {
    LOG.error(
        "The data folder {} can no longer be written; nothing more is confirmed. Make room or mend the disk, then start the broker again",
        folder,
        cause);
    StoreException told =
        new StoreException(
            "The data folder %s can no longer be written (%s)".formatted(folder, cause), cause);
    lock.lock();
    try {
      failure = told;
      waiting = new ArrayList<>();
      listeners = new ArrayList<>();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    file.closeImmediately();
    onFailure.accept(told);
  }

  /** Writes what is waiting and closes the folder. Repeatable. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closing) {
        return;
      }
      closing = true;
      added.signal();
    } finally {
      lock.unlock();
    }
    try {
      writer.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return;
    }
    if (failure == null) {
      file.close();
    }
  }
}
