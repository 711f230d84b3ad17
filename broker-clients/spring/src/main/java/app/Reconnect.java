package app;

import static app.Application.check;
import static app.Application.eventually;

import app.Application.Scenario;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

@Component
@Profile("reconnect")
class Reconnect implements Scenario {
  private final RabbitTemplate template;
  private final Set<Integer> received = ConcurrentHashMap.newKeySet();

  Reconnect(RabbitTemplate template) {
    this.template = template;
  }

  @Bean
  static Queue numbers() {
    return new Queue(System.getenv("NAME") + ".numbers");
  }

  @RabbitListener(queues = "${NAME}.numbers")
  void number(String number) {
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

  /** Its listener's and the template's connection are one. */
  private static void awaitCut() {
    System.out.println("cut 1");
    try {
      check(System.in.read() >= 0, "nobody cut the connection");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Again until it is confirmed. */
  private void publish(int number) throws Exception {
    for (int attempt = 0; attempt < 100; attempt++) {
      CorrelationData correlation = new CorrelationData(Integer.toString(number));
      try {
        template.convertAndSend("", numbers().getName(), Integer.toString(number), correlation);
        if (correlation.getFuture().get(20, TimeUnit.SECONDS).ack()) {
          return;
        }
      } catch (AmqpException _) {
        // not connected
      }
      Thread.sleep(20);
    }
    throw new AssertionError(number + " could not be published");
  }
}
