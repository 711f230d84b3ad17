package app;

import static app.Application.check;
import static app.Application.eventually;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.rabbitmq.IncomingRabbitMQMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Incoming;

@ApplicationScoped
public class WorkQueues {
  private final Outlet outlet;
  private final Queue<String> first = new ConcurrentLinkedQueue<>();
  private final Queue<String> second = new ConcurrentLinkedQueue<>();
  private final Queue<String> givenUp = new ConcurrentLinkedQueue<>();
  private final Queue<String> redelivered = new ConcurrentLinkedQueue<>();

  WorkQueues(Outlet outlet) {
    this.outlet = outlet;
  }

  /** Gives up over its third task, which goes back to the queue. */
  @Incoming("first")
  @Blocking
  public void first(String task, IncomingRabbitMQMetadata metadata) {
    if (first.size() == 2 && givenUp.isEmpty()) {
      givenUp.add(task);
      throw new IllegalStateException("given up on purpose");
    }
    done(first, task, metadata);
  }

  @Incoming("second")
  @Blocking
  public void second(String task, IncomingRabbitMQMetadata metadata) {
    done(second, task, metadata);
  }

  private void done(Queue<String> by, String task, IncomingRabbitMQMetadata metadata) {
    if (metadata.isRedeliver()) {
      redelivered.add(task);
    }
    by.add(task);
  }

  void run() throws Exception {
    List<String> tasks = IntStream.range(0, 20).mapToObj(number -> "task " + number).toList();
    tasks.forEach(task -> outlet.send("tasks", task));

    eventually(() -> first.size() + second.size() >= 20, () -> "all tasks, done are " + done());
    Set<String> done = new TreeSet<>(first);
    done.addAll(second);
    check(done.equals(new TreeSet<>(tasks)), "not what was sent: " + done());
    check(first.size() > 1 && !second.isEmpty(), "one had nothing to do: " + done());
    check(List.copyOf(redelivered).equals(List.copyOf(givenUp)), "redelivered is else: " + done());
  }

  private String done() {
    return "first %s, second %s, given up %s, redelivered %s"
        .formatted(first, second, givenUp, redelivered);
  }
}
