package app;

import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.rabbitmq.OutgoingRabbitMQMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** Publishes; each call returns when the broker has confirmed, or throws. */
@ApplicationScoped
public class Outlet {
  private final MutinyEmitter<String> emitter;

  Outlet(@Channel("out") MutinyEmitter<String> emitter) {
    this.emitter = emitter;
  }

  void send(String key, String body) {
    send(body, new OutgoingRabbitMQMetadata.Builder().withRoutingKey(key));
  }

  void send(String body, OutgoingRabbitMQMetadata.Builder metadata) {
    Message<String> message =
        Message.of(body, Metadata.of(metadata.withDeliveryMode(2).build()));
    emitter.sendMessage(message).await().atMost(Duration.ofSeconds(5));
  }
}
