package io.pipeforce.test.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.pipeforce.BaseService;
import io.pipeforce.Context;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What becomes of messages whose consumer dies with them. */
@OnEveryBroker
class CrashTest extends DeliveryTest {
  public static class Careful extends BaseService {
    final Queue<String> got = new ConcurrentLinkedQueue<>();

    @Event("careful")
    public void careful(String body, Context context) {
      got.add(body + "/" + context.attempt());
    }
  }

  private static final String HANDLER = "Careful.careful";

  /** Takes the next message and dies with it. */
  private boolean crash() throws Exception {
    try (Channel consumer = stage.channel.getConnection().createChannel()) {
      return consumer.basicGet(stage.queue(HANDLER), false) != null;
    }
  }

  @Test
  void a_message_that_was_delivered_before_is_handled_at_the_same_attempt() throws Exception {
    stage.start(new Careful()).close();
    stage.publish("careful", "x");
    await().atMost(Stage.PATIENCE).until(this::crash);
    stage.awaitReady(stage.queue(HANDLER), 1);

    Careful restarted = new Careful();
    ServiceRuntime runtime = stage.start(restarted);

    Stage.awaitLedger(runtime, HANDLER, deliveries -> deliveries.acked() == 1);
    assertThat(restarted.got).containsExactly("x/1");
  }

  @Test
  void a_message_that_kills_its_process_again_and_again_ends_among_the_dead_letters()
      throws Exception {
    stage.start(new Careful()).close();
    stage.publish("careful", "poison");

    for (int deaths = 0; deaths <= 20; deaths++) {
      await().atMost(Stage.PATIENCE).until(this::crash);
    }

    GetResponse letter = stage.takeDeadLetter();
    assertThat(Stage.text(letter)).isEqualTo("poison");
    assertThat(Stage.header(letter, "x-first-death-queue")).isEqualTo(stage.queue(HANDLER));
    assertThat(Stage.header(letter, "x-first-death-reason")).isEqualTo("delivery_limit");
    stage.awaitReady(stage.queue(HANDLER), 0);
  }

  @Test
  void on_a_classic_queue_redeliveries_are_counted_by_us_and_limited_too() throws Exception {
    stage.channel.queueDeclare(stage.queue(HANDLER), true, false, false, Map.of());
    stage.channel.basicPublish(
        "",
        stage.queue(HANDLER),
        new BasicProperties.Builder()
            .headers(
                Map.of(
                    "pipeforce-redeliveries",
                    20,
                    "pipeforce-exchange",
                    stage.exchange(),
                    "pipeforce-key",
                    "careful"))
            .build(),
        "poison".getBytes(UTF_8));
    stage.channel.basicPublish("", stage.queue(HANDLER), null, "unlucky".getBytes(UTF_8));
    stage.channel.waitForConfirmsOrDie(Stage.PATIENCE.toMillis());
    try (Channel consumer = stage.channel.getConnection().createChannel()) {
      for (int i = 0; i < 2; i++) {
        await()
            .atMost(Stage.PATIENCE)
            .until(() -> consumer.basicGet(stage.queue(HANDLER), false) != null);
      }
    }
    stage.awaitReady(stage.queue(HANDLER), 2);

    Careful service = new Careful();
    ServiceRuntime runtime = stage.start(service);

    GetResponse letter = stage.takeDeadLetter();
    assertThat(Stage.text(letter)).isEqualTo("poison");
    assertThat((String) Stage.header(letter, "pipeforce-reason")).contains("kill the process");
    Stage.awaitLedger(runtime, HANDLER, deliveries -> deliveries.acked() == 1);
    assertThat(service.got).containsExactly("unlucky/1");
  }
}
