package io.pipeforce.internal.dispatch;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts what became of one handler's deliveries. Every delivery moves from in flight to exactly
 * one other column, in one step, so {@link Entry#balanced()} holds for every snapshot.
 */
public final class Ledger {
  /** Where a delivery ends up. */
  public enum Column {
    /** Handled, and acknowledged. */
    ACKED,
    /** Acknowledged because no pattern of the handler matches its key (a stale binding). */
    UNMATCHED,
    /** Sent to a delay queue. */
    RETRIED,
    /** Sent to the dead-letter queue. */
    DEAD,
    /** Left to the broker, which delivers it again: connection lost, or not begun at a stop. */
    RETURNED
  }

  /** A snapshot. */
  public record Entry(
      long received,
      long acked,
      long unmatched,
      long retried,
      long dead,
      long returned,
      long inFlight) {
    /** Whether nothing is unaccounted for. */
    public boolean balanced() {
      return received == acked + unmatched + retried + dead + returned + inFlight;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final long[] settled = new long[Column.values().length];
  private long received;
  private long inFlight;

  /** A delivery arrived. */
  public void receive() {
    lock.lock();
    try {
      received++;
      inFlight++;
    } finally {
      lock.unlock();
    }
  }

  /** A delivery that was in flight is settled. */
  public void settle(Column column) {
    lock.lock();
    try {
      inFlight--;
      settled[column.ordinal()]++;
    } finally {
      lock.unlock();
    }
  }

  /** How things stand at one moment. */
  public Entry entry() {
    lock.lock();
    try {
      return new Entry(
          received,
          settled[Column.ACKED.ordinal()],
          settled[Column.UNMATCHED.ordinal()],
          settled[Column.RETRIED.ordinal()],
          settled[Column.DEAD.ordinal()],
          settled[Column.RETURNED.ordinal()],
          inFlight);
    } finally {
      lock.unlock();
    }
  }
}
