package app;

import static app.Application.NAME;

import com.rabbitmq.client.Channel;
import io.micronaut.rabbitmq.connect.ChannelInitializer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The queues of all scenarios. */
@Singleton
public class Topology extends ChannelInitializer {
  @Override
  public void initialize(Channel channel, String connection) throws IOException {
    for (String queue : List.of(".tasks", ".double", ".orders", ".dead", ".numbers")) {
      channel.queueDeclare(NAME + queue, true, false, false, Map.of());
    }
    channel.queueDeclare(
        NAME + ".full",
        true,
        false,
        false,
        Map.of("x-max-length", 2, "x-overflow", "reject-publish"));
    channel.exchangeDeclare(NAME + ".dlx", "direct", true);
    channel.queueBind(NAME + ".dead", NAME + ".dlx", "failed");
    for (String queue : List.of(".refused", ".work")) {
      channel.queueDeclare(
          NAME + queue,
          true,
          false,
          false,
          Map.of(
              "x-dead-letter-exchange", NAME + ".dlx",
              "x-dead-letter-routing-key", "failed",
              "x-max-length", 2));
    }
  }
}
