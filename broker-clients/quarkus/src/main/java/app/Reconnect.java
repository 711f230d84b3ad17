package app;

import static app.Application.check;
import static app.Application.eventually;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Incoming;

@ApplicationScoped
public class Reconnect {
  private final Outlet outlet;
  private final Set<Integer> received = ConcurrentHashMap.newKeySet();

  Reconnect(Outlet outlet) {
    this.outlet = outlet;
  }

  @Incoming("numbers")
  public void number(String number) {
    received.add(Integer.valueOf(number));
  }

  void run() throws Exception {
    int sent = 0;
    for (; sent < 50; sent++) {
      publish(sent);
    }
    CompletableFuture<?> cut = CompletableFuture.runAsync(Reconnect::awaitCut);
    // Publishing goes on meanwhile, and a while after.
    while (!cut.isDone()) {
      publish(sent++);
    }
    cut.join();
    int all = sent + 50;
    while (sent < all) {
      publish(sent++);
    }
    eventually(() -> received.size() == all, () -> all + " numbers, got " + received.size());
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
