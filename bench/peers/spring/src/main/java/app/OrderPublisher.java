package app;

import bench.Order;
import bench.Publishing;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Correlated confirms, each a future. */
@Component
class OrderPublisher {
  private final RabbitTemplate template;
  private final String exchange;
  private final String key;

  OrderPublisher(
      RabbitTemplate template,
      @Value("${BENCH_EXCHANGE}") String exchange,
      @Value("${BENCH_KEY}") String key) {
    this.template = template;
    this.exchange = exchange;
    this.key = key;
  }

  void publish() throws InterruptedException {
    Publishing.run(this::send);
  }

  private CompletionStage<?> send(Order order) {
    CorrelationData correlation = new CorrelationData(UUID.randomUUID().toString());
    template.convertAndSend(exchange, key, order, correlation);
    return correlation
        .getFuture()
        .thenAccept(
            confirm -> {
              if (!confirm.ack()) {
                throw new IllegalStateException("not confirmed: " + confirm.reason());
              }
            });
  }
}
