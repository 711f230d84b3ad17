package app;

import static app.Application.check;
import static app.Application.eventually;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.rabbitmq.IncomingRabbitMQMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Incoming;

@ApplicationScoped
public class Reconnect {
  /** In the hands of the listener when its connection is cut, so that it has to come again. */
  private static final String HELD = "25";

  private final Outlet outlet;
  private final Set<Integer> received = ConcurrentHashMap.newKeySet();
  private final Set<Integer> again = ConcurrentHashMap.newKeySet();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch wasCut = new CountDownLatch(1);

  Reconnect(Outlet outlet) {
    this.outlet = outlet;
  }

  @Incoming("numbers")
  @Blocking
  public void number(String number, IncomingRabbitMQMetadata metadata)
      throws InterruptedException {
    if (metadata.isRedeliver()) {
      again.add(Integer.valueOf(number));
    } else if (number.equals(HELD)) {
      held.countDown();
      wasCut.await();
    }
    received.add(Integer.valueOf(number));
  }

  void run() throws Exception {
    int sent = 0;
    for (; sent < 50; sent++) {
      publish(sent);
    }
    check(held.await(20, TimeUnit.SECONDS), "no message is in the listener's hands");
    CompletableFuture<?> cut = CompletableFuture.runAsync(Reconnect::awaitCut);
    // Publishing goes on meanwhile, and a while after.
    while (!cut.isDone()) {
      publish(sent++);
    }
    cut.join();
    wasCut.countDown();
    int all = sent + 50;
    while (sent < all) {
      publish(sent++);
    }
    eventually(
        () -> received.size() == all && again.contains(Integer.valueOf(HELD)),
        () -> all + " numbers, got " + received.size() + ", again " + again);
  }

  /** Each channel has a connection of its own; the one of the replies has not been needed yet. */
  private static void awaitCut() {
    System.out.println("cut 10");
    try {
      check(System.in.read() >= 0, "nobody cut the connections");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Again until it is confirmed. */
  private void publish(int number) throws InterruptedException {
    for (int attempt = 0; attempt < 1000; attempt++) {
      try {
        outlet.send("numbers", Integer.toString(number));
        return;
      } catch (Exception _) {
        // not connected, or lost before the confirm
        Thread.sleep(20);
      }
    }
    throw new AssertionError(number + " could not be published");
  }
}
