package app;

import static app.Application.check;
import static app.Application.eventually;

import app.Application.Scenario;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.support.AmqpHeaders;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.stereotype.Component;

@Component
@Profile("work-queues")
class WorkQueues implements Scenario {
  private final RabbitTemplate template;
  private final AmqpAdmin admin;
  private final Queue<String> first = new ConcurrentLinkedQueue<>();
  private final Queue<String> second = new ConcurrentLinkedQueue<>();
  private final Queue<String> givenUp = new ConcurrentLinkedQueue<>();
  private final Queue<String> redelivered = new ConcurrentLinkedQueue<>();

  WorkQueues(RabbitTemplate template, AmqpAdmin admin) {
    this.template = template;
    this.admin = admin;
  }

  @Bean
  static org.springframework.amqp.core.Queue tasks() {
    return new org.springframework.amqp.core.Queue(System.getenv("NAME") + ".tasks");
  }

  /** Gives up over its third task, which goes back to the queue, as the container does by default. */
  @RabbitListener(queues = "${NAME}.tasks")
  void first(String task, @Header(AmqpHeaders.REDELIVERED) boolean again) {
    if (first.size() == 2 && givenUp.isEmpty()) {
      givenUp.add(task);
      throw new IllegalStateException("given up on purpose");
    }
    done(first, task, again);
  }

  @RabbitListener(queues = "${NAME}.tasks")
  void second(String task, @Header(AmqpHeaders.REDELIVERED) boolean again) {
    done(second, task, again);
  }

  private void done(Queue<String> by, String task, boolean again) {
    if (again) {
      redelivered.add(task);
    }
    by.add(task);
  }

  @Override
  public void run() throws Exception {
    List<String> tasks = IntStream.range(0, 20).mapToObj(number -> "task " + number).toList();
    tasks.forEach(task -> template.convertAndSend(tasks().getName(), task));

    eventually(() -> first.size() + second.size() >= 20, () -> "all tasks, done are " + this);
    Set<String> done = new TreeSet<>(first);
    done.addAll(second);
    check(done.equals(new TreeSet<>(tasks)), "not what was sent: " + this);
    check(first.size() > 1 && !second.isEmpty(), "one had nothing to do: " + this);
    check(List.copyOf(redelivered).equals(List.copyOf(givenUp)), "redelivered is else: " + this);
    eventually(
        () -> admin.getQueueInfo(tasks().getName()).getMessageCount() == 0, () -> "an empty queue");
  }

  @Override
  public String toString() {
    return "first %s, second %s, given up %s, redelivered %s"
        .formatted(first, second, givenUp, redelivered);
  }
}
