package app;

import static app.Application.check;

import app.Application.Scenario;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.amqp.AmqpRejectAndDontRequeueException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

@Component
@Profile("dead-letters")
class DeadLetters implements Scenario {
  private static final String NAME = System.getenv("NAME");

  private final RabbitTemplate template;
  private final AmqpAdmin admin;
  private final RabbitListenerEndpointRegistry listeners;
  private final BlockingQueue<Message> letters = new LinkedBlockingQueue<>();

  DeadLetters(
      RabbitTemplate template, AmqpAdmin admin, RabbitListenerEndpointRegistry listeners) {
    this.template = template;
    this.admin = admin;
    this.listeners = listeners;
  }

  @Bean
  static DirectExchange deadLetterExchange() {
    return new DirectExchange(NAME + ".dlx");
  }

  @Bean
  static Queue dead() {
    return new Queue(NAME + ".dead");
  }

  @Bean
  static Binding failed() {
    return BindingBuilder.bind(dead()).to(deadLetterExchange()).with("failed");
  }

  @Bean
  static Queue work() {
    return QueueBuilder.durable(NAME + ".work")
        .deadLetterExchange(NAME + ".dlx")
        .deadLetterRoutingKey("failed")
        .maxLength(2L)
        .build();
  }

  @RabbitListener(id = "work", queues = "${NAME}.work", autoStartup = "false")
  void work(String body) {
    throw new AmqpRejectAndDontRequeueException(body + " is refused on purpose");
  }

  @RabbitListener(queues = "${NAME}.dead")
  void dead(Message letter) {
    letters.add(letter);
  }

  @Override
  public void run() throws Exception {
    template.convertAndSend(work().getName(), "bad");
    listeners.getListenerContainer("work").start();
    expect("bad", "rejected");
    listeners.getListenerContainer("work").stop();

    template.convertAndSend(
        work().getName(),
        "late",
        message -> {
          message.getMessageProperties().setExpiration("50");
          return message;
        });
    expect("late", "expired");

    for (String body : List.of("oldest", "older", "new")) {
      template.convertAndSend(work().getName(), body);
    }
    expect("oldest", "maxlen");
    long left = admin.getQueueInfo(work().getName()).getMessageCount();
    check(left == 2, "the queue holds " + left + " messages, not 2");
  }

  private void expect(String body, String reason) throws InterruptedException {
    Message letter = letters.poll(20, TimeUnit.SECONDS);
    check(letter != null, "no dead letter " + body);
    String found = new String(letter.getBody());
    check(found.equals(body), "the dead letter is " + found + ", not " + body);
    Map<String, ?> death = letter.getMessageProperties().getXDeathHeader().getFirst();
    check(reason.equals(death.get("reason")), body + " died of " + death);
    check(work().getName().equals(death.get("queue")), body + " died in " + death);
    check(Long.valueOf(1).equals(death.get("count")), body + " died " + death);
    check(List.of(work().getName()).equals(death.get("routing-keys")), "keys are " + death);
  }
}
