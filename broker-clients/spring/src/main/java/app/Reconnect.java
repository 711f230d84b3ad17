package app;

import static app.Application.check;
import static app.Application.eventually;

import app.Application.Scenario;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.support.AmqpHeaders;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.stereotype.Component;

@Component
@Profile("reconnect")
class Reconnect implements Scenario {
  /** In the hands of the listener when its connection is cut, so that it has to come again. */
  private static final String HELD = "25";

  private final RabbitTemplate template;
  private final Set<Integer> received = ConcurrentHashMap.newKeySet();
  private final Set<Integer> again = ConcurrentHashMap.newKeySet();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch wasCut = new CountDownLatch(1);

  Reconnect(RabbitTemplate template) {
    this.template = template;
  }

  @Bean
  static Queue numbers() {
    return new Queue(System.getenv("NAME") + ".numbers");
  }

  @RabbitListener(queues = "${NAME}.numbers")
  void number(String number, @Header(AmqpHeaders.REDELIVERED) boolean redelivered)
      throws InterruptedException {
    if (redelivered) {
      again.add(Integer.valueOf(number));
    } else if (number.equals(HELD)) {
      held.countDown();
      wasCut.await();
    }
    received.add(Integer.valueOf(number));
  }

  @Override
  public void run() throws Exception {
    int sent = 0;
    for (; sent < 50; sent++) {
      publish(sent);
    }
    check(held.await(20, TimeUnit.SECONDS), "no message is in the listener's hands");
    CompletableFuture<?> cut = CompletableFuture.runAsync(Reconnect::awaitCut);
    // Publishing goes on meanwhile, and a while after.
    while (!cut.isDone()) {
      publish(sent++);
    }
    cut.join();
    wasCut.countDown();
    int all = sent + 50;
    while (sent < all) {
      publish(sent++);
    }
    eventually(
        () -> received.size() == all && again.contains(Integer.valueOf(HELD)),
        () -> all + " numbers, got " + received.size() + ", again " + again);
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
