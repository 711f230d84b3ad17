package io.pipeforce.internal.dispatch;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts what became of one handler's deliveries. Every delivery is a {@link Line} that moves from
 * in flight to exactly one other column, in one step, so {@link Entry#balanced()} holds for every
 * snapshot.
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
  private long received;
  private long acked;
  private long unmatched;
  private long retried;
  private long dead;
  private long returned;
  private long inFlight;

  /** One delivery, in flight until it is settled. */
  public final class Line {
    private boolean settled;

    private Line() {}

    /**
     * Settles the delivery. Only the first time counts: where our own code fails in the middle,
     * nobody can tell whether it had come so far.
     */
    public void settle(Column column) {
      lock.lock();
      try {
        if (settled) {
          return;
        }
        settled = true;
        inFlight--;
        switch (column) {
          case ACKED -> acked++;
          case UNMATCHED -> unmatched++;
          case RETRIED -> retried++;
          case DEAD -> dead++;
          case RETURNED -> returned++;
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** A delivery arrived. */
  public Line receive() {
    lock.lock();
    try {
      received++;
      inFlight++;
      return new Line();
    } finally {
      lock.unlock();
    }
  }

  /** How things stand at one moment. */
  public Entry entry() {
    lock.lock();
    try {
      return new Entry(received, acked, unmatched, retried, dead, returned, inFlight);
    } finally {
      lock.unlock();
    }
  }
}
