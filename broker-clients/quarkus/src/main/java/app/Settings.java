package app;

import io.smallrye.common.annotation.Identifier;
import io.vertx.rabbitmq.RabbitMQOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Map;

/** What has no property. */
@ApplicationScoped
public class Settings {
  @Produces
  @Identifier("named")
  RabbitMQOptions options() {
    RabbitMQOptions options = new RabbitMQOptions();
    options.setHost(System.getenv("AMQP_HOST"));
    options.setPort(Integer.parseInt(System.getenv("AMQP_PORT")));
    options.setConnectionName(System.getenv("NAME"));
    options.setReconnectAttempts(100);
    options.setReconnectInterval(200);
    return options;
  }

  @Produces
  @Identifier("full")
  Map<String, Object> full() {
    return Map.of("x-max-length", 2, "x-overflow", "reject-publish");
  }

  @Produces
  @Identifier("work")
  Map<String, Object> work() {
    return Map.of("x-max-length", 2);
  }
}
