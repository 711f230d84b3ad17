package io.pipeforce.internal.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Decides which acknowledgements to send for one channel, whose delivery tags are 1, 2, 3, ….
 *
 * <p>All tags up to the first unfinished one go out as a single ack with {@code multiple}. Tags
 * that are finished behind an unfinished one wait for it, but not for longer than {@code patience}:
 * then each gets an ack of its own, so that one slow message does not hold back the others.
 *
 * <p>Not safe for threads: whoever sends the acks holds a lock over both, because two {@code
 * multiple} acks that cross each other are a channel error.
 */
public final class AckWindow {
  /** One {@code basic.ack}. */
  public record Ack(long tag, boolean multiple) {}

  /** Below this the bits are not moved; a move costs more than the memory it frees. */
  private static final int MOVE_AT = 4096;

  private final Duration patience;

  /** The tag that bit 0 stands for. */
  private long base = 1;

  /** Finished, and to be acked or acked already. */
  private final BitSet finished = new BitSet();

  /** Nothing more to send for these: acked, or settled in another way. */
  private final BitSet settled = new BitSet();

  /** All bits below this are finished. */
  private int contiguous;

  private int waiting;
  private long waitingSince;

  /** A window for a new channel. */
  public AckWindow(Duration patience) {
    this.patience = patience;
  }

  /** This delivery is to be acked. */
  public void finish(long tag, long nanoTime) {
    int bit = bit(tag);
    if (finished.get(bit)) {
      throw new IllegalStateException("delivery tag " + tag + " is finished already");
    }
    finished.set(bit);
    if (waiting++ == 0) {
      waitingSince = nanoTime;
    }
    advance();
  }

  /** This delivery was settled in another way (nacked); it needs no ack. */
  public void leave(long tag) {
    int bit = bit(tag);
    finished.set(bit);
    settled.set(bit);
    advance();
  }

  /** How many finished deliveries have no ack yet. */
  public int waiting() {
    return waiting;
  }

  /** The acks to send now, in this order; the window counts them as sent. */
  public List<Ack> take(long nanoTime) {
    List<Ack> acks = new ArrayList<>(1);
    int last = settled.previousClearBit(contiguous - 1);
    if (contiguous > 0 && last >= 0) {
      int first = settled.nextClearBit(0);
      acks.add(new Ack(base + last, last > first));
      waiting -= contiguous - settled.get(0, contiguous).cardinality();
      settled.set(0, contiguous);
    }
    move();
    if (waiting > 0) {
      if (!acks.isEmpty()) {
        // Those that are left are behind a gap; their patience counts from the first take that
        // found them there, which bounds it without keeping a time for each.
        waitingSince = nanoTime;
      } else if (nanoTime - waitingSince >= patience.toNanos()) {
        for (int bit = finished.nextSetBit(contiguous);
            bit >= 0;
            bit = finished.nextSetBit(bit + 1)) {
          if (!settled.get(bit)) {
            settled.set(bit);
            waiting--;
            acks.add(new Ack(base + bit, false));
          }
        }
      }
    }
    return acks;
  }

  private int bit(long tag) {
    long bit = tag - base;
    if (bit < 0) {
      throw new IllegalStateException("delivery tag " + tag + " is settled already");
    }
    return Math.toIntExact(bit);
  }

  private void advance() {
    contiguous = finished.nextClearBit(contiguous);
  }

  private void move() {
    if (contiguous >= MOVE_AT) {
      BitSet finishedRest = finished.get(contiguous, finished.length());
      BitSet settledRest = settled.get(contiguous, settled.length());
      finished.clear();
      finished.or(finishedRest);
      settled.clear();
      settled.or(settledRest);
      base += contiguous;
      contiguous = 0;
    }
  }
}
