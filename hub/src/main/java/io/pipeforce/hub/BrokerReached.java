package io.pipeforce.hub;

import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import io.pipeforce.MessagingException;
import io.pipeforce.OutgoingMessage;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the broker has been reached since the hub has started. When it goes away later, this
 * stays so: services, jobs and logs go on without it, and no other hub would reach it either.
 */
final class BrokerReached implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerReached.class);

  /** A queue that is not there: the broker takes the message, confirms it and keeps nothing. */
  private static final String NOWHERE = "pipeforce.hub.start";

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final CountDownLatch reached;
  private final Thread thread;

  private BrokerReached(CountDownLatch reached, Thread thread) {
    this.reached = reached;
    this.thread = thread;
  }

  /**
   * @param then what is done with the broker first; not waited for, and interrupted by close
   */
  static BrokerReached already(Runnable then) {
    return new BrokerReached(new CountDownLatch(0), Thread.startVirtualThread(then));
  }

  /**
   * It is so as soon as the broker has confirmed a message.
   *
   * @param then what is done with the broker first; not waited for, and interrupted by close
   */
  static BrokerReached awaited(EventClient events, BrokerAddress broker, Runnable then) {
    CountDownLatch reached = new CountDownLatch(1);
    return new BrokerReached(
        reached, Thread.startVirtualThread(() -> reach(events, broker, reached, then)));
  }

  private static void reach(
      EventClient events, BrokerAddress broker, CountDownLatch reached, Runnable then) {
    while (true) {
      try {
        events.send(OutgoingMessage.of(NOWHERE, "").withExchange(""));
        break;
      } catch (MessagingException e) {
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        LOG.warn("Not ready, the broker {} is awaited: {}", broker.display(), e.getMessage());
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException _) {
        return;
      }
    }
    reached.countDown();
    then.run();
  }

  boolean isSo() {
    return reached.getCount() == 0;
  }

  void await() throws InterruptedException {
    reached.await();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
