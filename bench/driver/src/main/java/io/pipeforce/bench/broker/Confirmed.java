package io.pipeforce.bench.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.Semaphore;

/** Lets a publisher go on while not too many messages are unconfirmed. */
public final class Confirmed implements ConfirmListener {
  private final int outstanding;
  private final Semaphore permits;

  /** Confirmed, beyond those up to which all are. */
  private final BitSet early = new BitSet();

  private long upTo;

  private Confirmed(int outstanding) {
    this.outstanding = outstanding;
    permits = new Semaphore(outstanding);
  }

  public static Confirmed on(Channel channel, int outstanding) throws IOException {
    Confirmed confirmed = new Confirmed(outstanding);
    channel.confirmSelect();
    channel.addConfirmListener(confirmed);
    return confirmed;
  }

  /** To be called before each publish. */
  public void await() throws InterruptedException {
    permits.acquire();
  }

  /** Waits until all are confirmed. */
  public void awaitAll() throws InterruptedException {
    permits.acquire(outstanding);
    permits.release(outstanding);
  }

  @Override
  public void handleAck(long tag, boolean multiple) {
    int count;
    if (multiple) {
      int to = (int) (tag - upTo);
      count = to - early.get(0, to).cardinality();
      forget(to);
    } else {
      count = 1;
      early.set((int) (tag - upTo) - 1);
      forget(early.nextClearBit(0));
    }
    permits.release(count);
  }

  private void forget(int count) {
    if (count > 0) {
      upTo += count;
      BitSet rest = early.get(count, Math.max(count, early.length()));
      early.clear();
      early.or(rest);
    }
  }

  @Override
  public void handleNack(long tag, boolean multiple) {
    throw new IllegalStateException("the broker refused message " + tag);
  }
}
