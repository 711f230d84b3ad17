package app;

import static app.Application.check;

import io.micronaut.context.annotation.Requires;
import io.micronaut.rabbitmq.annotation.Binding;
import io.micronaut.rabbitmq.annotation.Queue;
import io.micronaut.rabbitmq.annotation.RabbitClient;
import io.micronaut.rabbitmq.annotation.RabbitListener;
import io.micronaut.rabbitmq.annotation.RabbitProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

@RabbitListener
@Requires(env = "rpc")
public class Rpc implements Application.Scenario {
  private final Client client;

  Rpc(Client client) {
    this.client = client;
  }

  /** Micronaut asks with RabbitMQ's direct reply-to. */
  @RabbitClient
  @RabbitProperty(name = "replyTo", value = "amq.rabbitmq.reply-to")
  public interface Client {
    @Binding("${name}.double")
    int twice(int number);
  }

  @Queue("${name}.double")
  public int twice(int number) {
    return 2 * number;
  }

  @Override
  public void run() throws Exception {
    List<Future<Integer>> answers = new ArrayList<>();
    try (ExecutorService requesters = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int number = 0; number < 10; number++) {
        int request = number;
        answers.add(requesters.submit(() -> client.twice(request)));
      }
    }
    for (int number = 0; number < 10; number++) {
      int answer = answers.get(number).get();
      check(answer == 2 * number, number + " was answered by " + answer);
    }
  }
}
