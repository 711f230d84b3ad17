package app;

import static app.Application.check;

import io.smallrye.reactive.messaging.rabbitmq.IncomingRabbitMQMetadata;
import io.smallrye.reactive.messaging.rabbitmq.OutgoingRabbitMQMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Incoming;

@ApplicationScoped
public class DeadLetters {
  private final Outlet outlet;
  private final BlockingQueue<Letter> letters = new LinkedBlockingQueue<>();

  record Letter(String body, Map<String, Object> headers) {}

  DeadLetters(Outlet outlet) {
    this.outlet = outlet;
  }

  /** Fails over what is bad, and is never done with anything else. */
  @Incoming("work")
  public CompletionStage<Void> work(String body) {
    return body.equals("bad")
        ? CompletableFuture.failedFuture(new IllegalStateException("refused on purpose"))
        : new CompletableFuture<>();
  }

  @Incoming("dead")
  public void dead(String body, IncomingRabbitMQMetadata metadata) {
    letters.add(new Letter(body, metadata.getHeaders()));
  }

  void run() throws Exception {
    outlet.send("work", "bad");
    expect("bad", "rejected");

    // From here on the consumer has its hands full.
    outlet.send("work", "kept");
    outlet.send(
        "late", new OutgoingRabbitMQMetadata.Builder().withRoutingKey("work").withExpiration("50"));
    expect("late", "expired");

    for (String body : List.of("oldest", "older", "new")) {
      outlet.send("work", body);
    }
    expect("oldest", "maxlen");
  }

  private void expect(String body, String reason) throws InterruptedException {
    Letter letter = letters.poll(20, TimeUnit.SECONDS);
    check(letter != null, "no dead letter " + body);
    check(letter.body().equals(body), "the dead letter is " + letter + ", not " + body);
    Map<?, ?> death = (Map<?, ?>) ((List<?>) letter.headers().get("x-death")).getFirst();
    check(reason.equals(death.get("reason").toString()), body + " died of " + death);
    check(death.get("queue").toString().equals(System.getenv("NAME") + ".work"), "" + death);
    check(Long.valueOf(1).equals(death.get("count")), body + " died " + death);
    check(reason.equals(letter.headers().get("x-first-death-reason").toString()), "" + letter);
  }
}
