package app;

import static app.Application.check;
import static app.Application.eventually;

import io.smallrye.reactive.messaging.rabbitmq.IncomingRabbitMQMetadata;
import io.smallrye.reactive.messaging.rabbitmq.OutgoingRabbitMQMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Outgoing;

/** The connector has no requests of its own: reply-to and correlation-id travel as metadata. */
@ApplicationScoped
public class Rpc {
  private final Outlet outlet;
  private final Map<String, Integer> answers = new ConcurrentHashMap<>();

  Rpc(Outlet outlet) {
    this.outlet = outlet;
  }

  @Incoming("requests")
  @Outgoing("replies")
  public Message<String> twice(Message<String> request) {
    IncomingRabbitMQMetadata asked =
        request.getMetadata(IncomingRabbitMQMetadata.class).orElseThrow();
    int number = Integer.parseInt(request.getPayload());
    return request
        .withPayload(Integer.toString(2 * number))
        .addMetadata(
            new OutgoingRabbitMQMetadata.Builder()
                .withRoutingKey(asked.getReplyTo().orElseThrow())
                .withCorrelationId(asked.getCorrelationId().orElseThrow())
                .build());
  }

  @Incoming("answers")
  public void answer(String number, IncomingRabbitMQMetadata metadata) {
    answers.put(metadata.getCorrelationId().orElseThrow(), Integer.valueOf(number));
  }

  void run() throws Exception {
    Map<String, Integer> expected = new HashMap<>();
    for (int number = 0; number < 10; number++) {
      String identity = UUID.randomUUID().toString();
      expected.put(identity, 2 * number);
      outlet.send(
          Integer.toString(number),
          new OutgoingRabbitMQMetadata.Builder()
              .withRoutingKey("double")
              .withReplyTo("answers")
              .withCorrelationId(identity));
    }
    eventually(() -> answers.size() >= 10, () -> "answers, got " + answers);
    check(answers.equals(expected), "answers are " + answers + ", not " + expected);
  }
}
