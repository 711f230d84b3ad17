package io.pipeforce.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file that is only appended to. What many threads append at the same time goes to disk with one
 * fsync (group commit); else that would limit the rate. Safe for threads.
 */
final class Journal implements AutoCloseable {
  private final FileChannel file;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition something = lock.newCondition();
  private final Thread writer;
  private Batch batch = new Batch();
  private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);
  private boolean closing;

  private static final class Batch {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final CompletableFuture<Void> onDisk = new CompletableFuture<>();
  }

  Journal(Path path) throws IOException {
    file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    writer = Thread.ofPlatform().daemon().name("journal").start(this::write);
  }

  /** The future ends when the record is on disk. */
  CompletableFuture<Void> append(byte[] entry) {
    lock.lock();
    try {
      batch.bytes.writeBytes(entry);
      something.signal();
      return batch.onDisk;
    } finally {
      lock.unlock();
    }
  }

  /** Ends when all that was appended so far is on disk. */
  CompletableFuture<Void> flushed() {
    lock.lock();
    try {
      return batch.bytes.size() == 0 ? writing : batch.onDisk;
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    while (true) {
      Batch next;
      lock.lock();
      try {
        while (batch.bytes.size() == 0) {
          if (closing) {
            return;
          }
          something.awaitUninterruptibly();
        }
        next = batch;
        writing = next.onDisk;
        batch = new Batch();
      } finally {
        lock.unlock();
      }
      try {
        ByteBuffer bytes = ByteBuffer.wrap(next.bytes.toByteArray());
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        file.force(false);
        next.onDisk.complete(null);
      } catch (IOException e) {
        next.onDisk.completeExceptionally(e);
      }
    }
  }

  /** Waits for what was appended. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closing = true;
      something.signal();
    } finally {
      lock.unlock();
    }
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    file.close();
  }
}
