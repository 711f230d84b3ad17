package io.pipeforce.broker.model;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Counts the octets of all messages: in queues, each content once; on their way in, until they are
 * complete; on their way out, until they are written. Tells when they cross the high-water mark.
 * Thread-safe; the listener runs on the thread that crossed it, while that may hold a queue's lock.
 */
public final class MemoryGauge {
  /** What a message costs besides its octets. */
  private static final int OVERHEAD = 200;

  private final long highWaterMark;
  private final long lowWaterMark;
  private final Consumer<Boolean> listener;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong unfinished = new AtomicLong();
  private final AtomicBoolean high = new AtomicBoolean();

  public MemoryGauge(long highWaterMark, Consumer<Boolean> listener) {
    this.highWaterMark = highWaterMark;
    this.lowWaterMark = highWaterMark / 10 * 9;
    this.listener = listener;
  }

  public long bytes() {
    return bytes.get();
  }

  /** Above so many octets publishers are blocked. */
  public long limit() {
    return highWaterMark;
  }

  public boolean isHigh() {
    return high.get();
  }

  /** Whether it is what clients have begun and not finished, rather than what waits in queues. */
  public boolean isHighWithUnfinished() {
    return isHigh() && unfinished.get() > highWaterMark / 2;
  }

  /** One more holds this content. */
  public void hold(Content content) {
    if (content.firstHolder()) {
      hold(weight(content));
    }
  }

  /** One less does. */
  public void release(Content content) {
    if (content.lastHolder()) {
      release(weight(content));
    }
  }

  public static long weight(Content content) {
    return (long) content.size() + OVERHEAD;
  }

  public void hold(long octets) {
    if (bytes.addAndGet(octets) > highWaterMark && high.compareAndSet(false, true)) {
      listener.accept(true);
    }
  }

  public void release(long octets) {
    if (bytes.addAndGet(-octets) < lowWaterMark && high.get() && high.compareAndSet(true, false)) {
      listener.accept(false);
    }
  }

  public void holdUnfinished(long octets) {
    unfinished.addAndGet(octets);
    hold(octets);
  }

  public void releaseUnfinished(long octets) {
    unfinished.addAndGet(-octets);
    release(octets);
  }
}
