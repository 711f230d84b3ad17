package app;

import static app.Application.NAME;
import static app.Application.check;
import static app.Application.eventually;

import io.micronaut.context.annotation.Requires;
import io.micronaut.rabbitmq.annotation.Queue;
import io.micronaut.rabbitmq.annotation.RabbitListener;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

@RabbitListener
@Requires(env = "reconnect")
public class Reconnect implements Application.Scenario {
  private final Publisher publisher;
  private final Set<Integer> received = ConcurrentHashMap.newKeySet();

  Reconnect(Publisher publisher) {
    this.publisher = publisher;
  }

  @Queue("${name}.numbers")
  public void number(String number) {
    received.add(Integer.valueOf(number));
  }

  @Override
  public void run() throws Exception {
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

  /** Publisher and listener share a connection. */
  private static void awaitCut() {
    System.out.println("cut 1");
    try {
      check(System.in.read() >= 0, "nobody cut the connection");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Again until it is confirmed. */
  private void publish(int number) throws InterruptedException {
    for (int attempt = 0; attempt < 1000; attempt++) {
      try {
        publisher.send(NAME + ".numbers", Integer.toString(number)).get(2, TimeUnit.SECONDS);
        return;
      } catch (Exception _) {
        // not connected, or lost before the confirm
        Thread.sleep(20);
      }
    }
    throw new AssertionError(number + " could not be published");
  }
}
