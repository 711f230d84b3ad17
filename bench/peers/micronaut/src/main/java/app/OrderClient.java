package app;

import bench.Order;
import io.micronaut.rabbitmq.annotation.Binding;
import io.micronaut.rabbitmq.annotation.RabbitClient;
import io.micronaut.rabbitmq.annotation.RabbitProperty;
import java.util.concurrent.CompletableFuture;

/** With a future as the return type the client confirms: it completes when the broker has. */
@RabbitClient("${bench.exchange}")
@RabbitProperty(name = "deliveryMode", value = "2", type = Integer.class)
public interface OrderClient {
  @Binding("${bench.key}")
  CompletableFuture<Void> send(Order order);
}
