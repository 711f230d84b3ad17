package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import io.pipeforce.OutgoingMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends 0, 1, 2 … as events, each of them again until the broker has confirmed it. */
final class NumberedMessages implements AutoCloseable {
  private static final int UNCONFIRMED = 50;
  private static final int A_SECOND = 400;
  private static final long AGAIN_MILLIS = 200;

  private final EventClient client;
  private final Semaphore free = new Semaphore(UNCONFIRMED);
  private final AtomicInteger confirmed = new AtomicInteger();
  private int next;

  private NumberedMessages(EventClient client) {
    this.client = client;
  }

  static NumberedMessages to(RabbitMqOnCluster rabbit) {
    BrokerAddress address =
        BrokerAddress.of(rabbit.host(), 5672).withLogin(rabbit.user(), rabbit.password());
    return new NumberedMessages(EventClient.connect(address, "pipeforce.topic.default"));
  }

  /** As fast as it goes. */
  void sendUntil(int number) throws InterruptedException {
    while (next < number) {
      sendNext();
    }
  }

  /** Work that may fail. */
  interface Work {
    void run() throws Exception;
  }

  /** At a steady pace, until the work is done. */
  void sendDuring(Work work) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        work.run();
        done.complete(null);
      } catch (Exception | AssertionError e) {
        done.completeExceptionally(e);
      }
    });
    while (!done.isDone()) {
      sendNext();
      try {
        done.get(1_000_000_000L / A_SECOND, TimeUnit.NANOSECONDS);
      } catch (java.util.concurrent.TimeoutException _) {
        // It goes on.
      }
    }
    done.get();
  }

  private void sendNext() throws InterruptedException {
    assertThat(free.tryAcquire(2, TimeUnit.MINUTES)).as("the broker confirms").isTrue();
    send(next++);
  }

  private void send(int number) {
    var _ =
        client
            .sendAsync(
                OutgoingMessage.of("rollout.message", Integer.toString(number)).asMandatory())
            .whenComplete((_, failure) -> {
              if (failure == null) {
                confirmed.incrementAndGet();
                free.release();
              } else {
                CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> send(number));
              }
            });
  }

  /** How many there are when all are confirmed. */
  int confirmed() throws InterruptedException {
    assertThat(free.tryAcquire(UNCONFIRMED, 2, TimeUnit.MINUTES)).as("all are confirmed").isTrue();
    free.release(UNCONFIRMED);
    return confirmed.get();
  }

  @Override
  public void close() {
    client.close();
  }
}
