package app;

import static app.Application.check;
import static app.Application.eventually;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** The connector never publishes as mandatory, so nothing comes back. */
@ApplicationScoped
public class Confirms {
  private final Outlet outlet;
  private final Set<String> orders = ConcurrentHashMap.newKeySet();

  Confirms(Outlet outlet) {
    this.outlet = outlet;
  }

  @Incoming("orders")
  public void order(String order) {
    orders.add(order);
  }

  /** Is never done with its first message. */
  @Incoming("full")
  public CompletionStage<Void> full(Message<String> message) {
    return new CompletableFuture<>();
  }

  void run() throws Exception {
    for (int number = 0; number < 50; number++) {
      outlet.send("orders", "order " + number);
    }
    eventually(() -> orders.size() == 50, () -> "50 orders, got " + orders);

    // One is with the consumer, two are in the queue.
    for (String body : new String[] {"first", "second", "third"}) {
      outlet.send("full", body);
    }
    try {
      outlet.send("full", "fourth");
    } catch (Exception refused) {
      return;
    }
    check(false, "a full queue took a message");
  }
}
