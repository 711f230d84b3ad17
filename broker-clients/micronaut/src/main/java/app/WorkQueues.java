package app;

import static app.Application.check;
import static app.Application.eventually;

import com.rabbitmq.client.Envelope;
import io.micronaut.context.annotation.Requires;
import io.micronaut.rabbitmq.annotation.Queue;
import io.micronaut.rabbitmq.annotation.RabbitListener;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

@RabbitListener
@Requires(env = "work-queues")
public class WorkQueues implements Application.Scenario {
  private final Publisher publisher;
  private final ConcurrentLinkedQueue<String> first = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> second = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> givenUp = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> redelivered = new ConcurrentLinkedQueue<>();

  WorkQueues(Publisher publisher) {
    this.publisher = publisher;
  }

  /** Gives up over its third task, which goes back to the queue. */
  @Queue(value = "${name}.tasks", prefetch = 1, reQueue = true)
  public void first(String task, Envelope envelope) {
    if (first.size() == 2 && givenUp.isEmpty()) {
      givenUp.add(task);
      throw new IllegalStateException("given up on purpose");
    }
    done(first, task, envelope);
  }

  @Queue(value = "${name}.tasks", prefetch = 1, reQueue = true)
  public void second(String task, Envelope envelope) {
    done(second, task, envelope);
  }

  private void done(ConcurrentLinkedQueue<String> by, String task, Envelope envelope) {
    if (envelope.isRedeliver()) {
      redelivered.add(task);
    }
    by.add(task);
  }

  @Override
  public void run() throws Exception {
    List<String> tasks = IntStream.range(0, 20).mapToObj(number -> "task " + number).toList();
    for (String task : tasks) {
      publisher.send(Application.NAME + ".tasks", task).get();
    }
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
