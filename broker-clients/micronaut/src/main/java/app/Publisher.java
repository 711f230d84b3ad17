package app;

import io.micronaut.rabbitmq.annotation.Binding;
import io.micronaut.rabbitmq.annotation.Mandatory;
import io.micronaut.rabbitmq.annotation.RabbitClient;
import io.micronaut.rabbitmq.annotation.RabbitProperty;
import java.util.concurrent.CompletableFuture;

/** To a queue, through the default exchange. The futures end with the broker's confirm. */
@RabbitClient
@RabbitProperty(name = "deliveryMode", value = "2", type = Integer.class)
public interface Publisher {
  CompletableFuture<Void> send(@Binding String queue, String body);

  @Mandatory
  CompletableFuture<Void> sendMandatory(@Binding String queue, String body);

  @RabbitProperty(name = "expiration", value = "50")
  CompletableFuture<Void> sendShortLived(@Binding String queue, String body);
}
