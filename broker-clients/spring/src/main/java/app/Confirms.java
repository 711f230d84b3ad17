package app;

import static app.Application.check;

import app.Application.Scenario;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

@Component
@Profile("confirms")
class Confirms implements Scenario {
  private final RabbitTemplate template;
  private final AmqpAdmin admin;

  Confirms(RabbitTemplate template, AmqpAdmin admin) {
    this.template = template;
    this.admin = admin;
  }

  @Bean
  static Queue orders() {
    return new Queue(System.getenv("NAME") + ".orders");
  }

  @Bean
  static Queue full() {
    return QueueBuilder.durable(System.getenv("NAME") + ".full")
        .maxLength(2L)
        .overflow(QueueBuilder.Overflow.rejectPublish)
        .build();
  }

  @Override
  public void run() throws Exception {
    for (int number = 0; number < 50; number++) {
      CorrelationData order = send(orders().getName(), "order " + number);
      check(confirmed(order) && order.getReturned() == null, "order " + number + " was not taken");
    }
    long orders = admin.getQueueInfo(orders().getName()).getMessageCount();
    check(orders == 50, orders + " of 50 orders are in the queue");

    CorrelationData lost = send(System.getenv("NAME") + ".nobody", "lost");
    check(confirmed(lost), "what no queue wants is returned, not refused");
    check(lost.getReturned() != null, "what no queue wants was not returned");
    check(lost.getReturned().getReplyCode() == 312, "returned is " + lost.getReturned());

    check(confirmed(send(full().getName(), "first")), "the first was refused");
    check(confirmed(send(full().getName(), "second")), "the second was refused");
    check(!confirmed(send(full().getName(), "third")), "a full queue took a message");
  }

  private CorrelationData send(String queue, String body) {
    CorrelationData correlation = new CorrelationData(UUID.randomUUID().toString());
    template.convertAndSend("", queue, body, correlation);
    return correlation;
  }

  private static boolean confirmed(CorrelationData sent) throws Exception {
    return sent.getFuture().get(20, TimeUnit.SECONDS).ack();
  }
}
