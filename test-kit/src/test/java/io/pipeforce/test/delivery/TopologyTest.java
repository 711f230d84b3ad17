package io.pipeforce.test.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import io.pipeforce.BaseService;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

@OnEveryBroker
class TopologyTest extends DeliveryTest {
  public static class Hello extends BaseService {
    final Queue<String> got = new ConcurrentLinkedQueue<>();

    @Event(
        value = "hello.*",
        retry = {"100ms"})
    public void hello(String body) {
      if (body.equals("fails")) {
        throw new IllegalStateException(body);
      }
      got.add(body);
    }
  }

  private final Hello service = new Hello();

  @Test
  void the_exchange_is_made_durable_where_there_is_none() throws Exception {
    stage.start(service);

    stage.channel.exchangeDeclare(stage.exchange(), "topic", true);

    assertThatThrownBy(this::declareNonDurable)
        .hasStackTraceContaining("inequivalent arg 'durable'");
  }

  private void declareNonDurable() throws IOException {
    try (Channel other = stage.channel.getConnection().createChannel()) {
      other.exchangeDeclare(stage.exchange(), "topic", false);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void an_exchange_that_somebody_made_non_durable_is_used_as_it_is() throws Exception {
    declareNonDurable();

    ServiceRuntime runtime = stage.start(service);
    runtime.events().send("hello.x", "1");

    Stage.awaitLedger(runtime, "Hello.hello", deliveries -> deliveries.acked() == 1);
    declareNonDurable();
  }

  @Test
  void a_queue_with_other_arguments_is_used_as_it_is_and_the_difference_is_said() throws Exception {
    String queue = stage.queue("Hello.hello");
    stage.channel.queueDeclare(queue, true, false, false, Map.of("x-max-length", 1000));

    try (Logs logs = Logs.listen()) {
      ServiceRuntime runtime = stage.start(service);
      stage.publish("hello.x", "1");
      stage.publish("hello.x", "fails");

      Stage.awaitLedger(
          runtime, "Hello.hello", deliveries -> deliveries.acked() == 1 && deliveries.dead() == 1);
      assertThat(logs.lines())
          .filteredOn(line -> line.contains(queue) && line.contains("exists with other arguments"))
          .singleElement()
          .asString()
          .contains("inequivalent arg 'x-");
    }
    // Still the queue that was found.
    stage.channel.queueDeclare(queue, true, false, false, Map.of("x-max-length", 1000));
  }

  @Test
  void a_binding_that_an_earlier_version_left_behind_costs_no_message_and_is_named()
      throws Exception {
    ServiceRuntime runtime = stage.start(service);
    String queue = stage.queue("Hello.hello");
    stage.channel.queueBind(queue, stage.exchange(), "greetings.*");

    try (Logs logs = Logs.listen()) {
      stage.publish("greetings.old", "old");
      stage.publish("greetings.old", "old");
      stage.publish("hello.x", "new");

      Stage.awaitLedger(
          runtime,
          "Hello.hello",
          deliveries -> deliveries.acked() == 1 && deliveries.unmatched() == 2);
      assertThat(service.got).containsExactly("new");
      assertThat(logs.lines())
          .filteredOn(line -> line.contains("greetings.old"))
          .singleElement()
          .asString()
          .startsWith("WARN")
          .contains(queue, "Hello.hello", "binding");
    }
    stage.awaitReady(queue, 0);
    assertThat(
            Stage.metric(runtime, "pipeforce_deliveries_unmatched_total{handler=\"Hello.hello\"}"))
        .isEqualTo(2);
  }

  @Test
  void a_message_sent_straight_to_the_queue_is_handled() throws Exception {
    ServiceRuntime runtime = stage.start(service);

    stage.channel.basicPublish(
        "",
        stage.queue("Hello.hello"),
        null,
        "by hand".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    Stage.awaitLedger(runtime, "Hello.hello", deliveries -> deliveries.acked() == 1);
    assertThat(service.got).containsExactly("by hand");
  }

  @Test
  void messages_wait_for_a_service_that_is_not_running() throws Exception {
    stage.start(service).close();

    stage.publish("hello.x", "meanwhile");

    Hello restarted = new Hello();
    ServiceRuntime runtime = stage.start(restarted);
    Stage.awaitLedger(runtime, "Hello.hello", deliveries -> deliveries.acked() == 1);
    assertThat(restarted.got).containsExactly("meanwhile");
  }

  @Test
  void a_dead_letter_queue_that_somebody_deleted_is_made_again_before_a_message_is_given_up()
      throws Exception {
    ServiceRuntime runtime = stage.start(service);
    stage.channel.queueDelete(stage.settings().deadLetterQueue());

    stage.publish("hello.x", "fails");

    Stage.awaitLedger(runtime, "Hello.hello", deliveries -> deliveries.dead() == 1);
    await()
        .atMost(Stage.PATIENCE)
        .until(() -> stage.channel.messageCount(stage.settings().deadLetterQueue()) == 1);
  }
}
