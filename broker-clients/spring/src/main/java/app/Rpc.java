package app;

import static app.Application.check;

import app.Application.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

@Component
@Profile("rpc")
class Rpc implements Scenario {
  private final ConnectionFactory connections;

  Rpc(ConnectionFactory connections) {
    this.connections = connections;
  }

  @Bean
  static Queue requests() {
    return new Queue(System.getenv("NAME") + ".double");
  }

  @RabbitListener(queues = "${NAME}.double")
  String twice(String number) {
    return Integer.toString(2 * Integer.parseInt(number));
  }

  /** With RabbitMQ's direct reply-to, Spring's default, and with an exclusive queue per request. */
  @Override
  public void run() throws Exception {
    for (boolean temporaryQueues : new boolean[] {false, true}) {
      RabbitTemplate template = new RabbitTemplate(connections);
      template.setUseTemporaryReplyQueues(temporaryQueues);
      template.setReplyTimeout(20_000);
      List<Future<Object>> answers = new ArrayList<>();
      try (ExecutorService requesters = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int number = 0; number < 10; number++) {
          String request = Integer.toString(number);
          answers.add(
              requesters.submit(
                  () -> template.convertSendAndReceive(requests().getName(), (Object) request)));
        }
      }
      for (int number = 0; number < 10; number++) {
        Object answer = answers.get(number).get();
        check(Integer.toString(2 * number).equals(answer), number + " was answered by " + answer);
      }
    }
  }
}
