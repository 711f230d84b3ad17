package io.pipeforce.test.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.pipeforce.BaseService;
import io.pipeforce.Context;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.broker.session.Limits;
import io.pipeforce.test.internal.TestBroker;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** On the dev broker only: running out of memory would disturb everybody on a real one. */
class BlockedTest {
  public static class Relay extends BaseService {
    @Event("plain")
    public void plain(String body) {}

    @Event("relay")
    public void relay(String body, Context context) {
      context.publish("out", body);
    }
  }

  @Test
  void a_broker_that_takes_no_messages_stops_what_publishes_and_nothing_else() throws Exception {
    try (Broker small =
            Broker.start(BrokerOptions.local().withLimits(Limits.DEFAULT.withMemory(1_000_000)));
        Stage stage = new Stage(new TestBroker("small", small.uri(), Optional.empty()))) {
      ServiceRuntime runtime = stage.start(new Relay());
      for (int i = 0; i < 10; i++) {
        stage.publish("plain", "before");
        stage.publish("relay", "before");
      }
      Stage.awaitLedger(runtime, "Relay.plain", deliveries -> deliveries.acked() == 10);
      Stage.awaitLedger(runtime, "Relay.relay", deliveries -> deliveries.acked() == 10);

      Channel filler = connect(small).createChannel();
      filler.queueDeclare("full", false, false, false, Map.of());
      filler.basicPublish("", "full", null, new byte[2_000_000]);
      stage.awaitReady("full", 1);
      // A broker says that it is blocked to those who publish meanwhile.
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(() -> runtime.events().send("plain", "during"));
      await().atMost(Stage.PATIENCE).until(() -> !runtime.ready());
      assertThat(Stage.probe(runtime, "/health/ready")).isEqualTo(503);
      assertThat(Stage.probe(runtime, "/health/live")).isEqualTo(200);
      assertThat(sending).isNotDone();

      stage.channel.queuePurge("full");

      Stage.started(runtime);
      sending.join();
      Stage.awaitLedger(runtime, "Relay.plain", deliveries -> deliveries.acked() == 11);
      runtime.events().send("relay", "after");
      Stage.awaitLedger(runtime, "Relay.relay", deliveries -> deliveries.acked() == 11);
    }
  }

  private static Connection connect(Broker broker) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    return factory.newConnection("filling");
  }
}
