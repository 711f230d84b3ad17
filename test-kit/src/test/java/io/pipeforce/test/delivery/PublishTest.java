package io.pipeforce.test.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.pipeforce.BaseService;
import io.pipeforce.Context;
import io.pipeforce.Event;
import io.pipeforce.OutgoingMessage;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.UnroutableException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@OnEveryBroker
class PublishTest extends DeliveryTest {
  public static class Relay extends BaseService {
    final AtomicInteger calls = new AtomicInteger();

    @Event("in")
    public void relay(String body, Context context) {
      calls.incrementAndGet();
      context.publish("out." + body, body);
      context.publish(OutgoingMessage.of("out.second", Map.of("n", 2)).withHeader("tenant", "a"));
    }

    @Event(
        value = "in.flaky",
        retry = {"100ms"})
    public void flaky(String body, Context context) {
      context.publish("out.flaky", "attempt " + context.attempt());
      if (context.attempt() == 1) {
        throw new IllegalStateException("after publishing");
      }
    }

    @Event(
        value = "in.nobody",
        retry = {})
    public void toNobody(String body, Context context) {
      context.publish(OutgoingMessage.of("nobody.listens", body).asMandatory());
    }

    @Event("in.lost")
    public void lost(String body, Context context) {
      context.publish("nobody.listens", body);
    }
  }

  @Test
  void what_a_handler_publishes_leaves_in_order_when_it_succeeds() throws Exception {
    ServiceRuntime runtime = stage.start(new Relay());
    String out = stage.listen("out.#");

    runtime.events().send("in", "first");

    GetResponse first = stage.take(out);
    GetResponse second = stage.take(out);
    assertThat(first.getEnvelope().getRoutingKey()).isEqualTo("out.first");
    assertThat(Stage.text(first)).isEqualTo("first");
    assertThat(first.getProps().getContentType()).isEqualTo("text/plain");
    assertThat(first.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(second.getEnvelope().getRoutingKey()).isEqualTo("out.second");
    assertThat(Stage.text(second)).isEqualTo("{\"n\":2}");
    assertThat(second.getProps().getContentType()).isEqualTo("application/json");
    assertThat(Stage.header(second, "tenant")).isEqualTo("a");
    Stage.awaitLedger(runtime, "Relay.relay", deliveries -> deliveries.acked() == 1);
  }

  @Test
  void a_message_is_not_acknowledged_before_what_it_caused_is_confirmed() throws Exception {
    Relay service = new Relay();
    ServiceRuntime runtime = stage.start(service);
    String full = stage.name + ".full";
    stage.channel.queueDeclare(
        full, true, false, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    stage.alsoDelete(full);
    stage.channel.queueBind(full, stage.exchange(), "out.first");
    stage.publish("out.first", "blocks the queue");

    try (Logs logs = Logs.listen()) {
      runtime.events().send("in", "first");
      await()
          .atMost(Stage.PATIENCE)
          .until(() -> logs.lines().stream().anyMatch(line -> line.contains("nothing is acked")));
    }
    assertThat(service.calls).hasValue(1);
    assertThat(runtime.ledger().get("Relay.relay").acked()).isZero();
    assertThat(runtime.ledger().get("Relay.relay").inFlight()).isEqualTo(1);

    stage.channel.queuePurge(full);

    Stage.awaitLedger(runtime, "Relay.relay", deliveries -> deliveries.acked() == 1);
    assertThat(Stage.text(stage.take(full))).isEqualTo("first");
    assertThat(service.calls).hasValue(1);
  }

  @Test
  void a_failed_attempt_publishes_nothing() throws Exception {
    ServiceRuntime runtime = stage.start(new Relay());
    String out = stage.listen("out.flaky");

    runtime.events().send("in.flaky", "x");

    Stage.awaitLedger(runtime, "Relay.flaky", deliveries -> deliveries.acked() == 1);
    assertThat(Stage.text(stage.take(out))).isEqualTo("attempt 2");
    stage.awaitReady(out, 0);
  }

  @Test
  void a_mandatory_message_that_nobody_takes_is_an_error_where_it_is_sent() throws Exception {
    ServiceRuntime runtime = stage.start(new Relay());

    assertThatThrownBy(
            () -> runtime.events().send(OutgoingMessage.of("nobody.listens", "x").asMandatory()))
        .isInstanceOf(UnroutableException.class)
        .hasMessageContaining("nobody.listens");
  }

  @Test
  void a_mandatory_message_of_a_handler_that_nobody_takes_fails_the_attempt() throws Exception {
    ServiceRuntime runtime = stage.start(new Relay());

    runtime.events().send("in.nobody", "x");

    GetResponse letter = stage.takeDeadLetter();
    assertThat((String) Stage.header(letter, "pipeforce-reason")).contains("nobody.listens");
    Stage.awaitLedger(runtime, "Relay.toNobody", deliveries -> deliveries.dead() == 1);
  }

  @Test
  void any_other_message_that_nobody_takes_is_counted() throws Exception {
    ServiceRuntime runtime = stage.start(new Relay());

    runtime.events().send("nobody.listens", "x");
    runtime.events().send("in.lost", "x");

    Stage.awaitLedger(runtime, "Relay.lost", deliveries -> deliveries.acked() == 1);
    assertThat(Stage.metric(runtime, "pipeforce_unroutable_total")).isEqualTo(2);
    assertThat(Stage.metric(runtime, "pipeforce_published_total")).isEqualTo(3);
  }

  @Test
  void a_message_for_an_exchange_that_is_not_there_is_refused_and_the_next_one_is_sent()
      throws Exception {
    ServiceRuntime runtime = stage.start(new Relay());
    String out = stage.listen("out.#");

    assertThatThrownBy(() ->
            runtime
                .events()
                .send(OutgoingMessage.of("out.x", "x").withExchange(stage.name + ".none")))
        .hasMessageContaining(stage.name + ".none");
    runtime.events().send("out.y", "y");

    assertThat(new String(stage.take(out).getBody(), UTF_8)).isEqualTo("y");
  }

  @Test
  void many_messages_are_sent_without_waiting_for_each_and_all_are_confirmed() throws Exception {
    ServiceRuntime runtime = stage.start(new Relay());
    String out = stage.listen("out.#");

    List<CompletableFuture<Void>> sent =
        IntStream.range(0, 1_500).mapToObj(i -> runtime.events().sendAsync("out.many", i)).toList();

    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    // The count of a queue may lag behind what was confirmed.
    await().atMost(Stage.PATIENCE).until(() -> stage.channel.messageCount(out) == 1_500);
    for (int i = 0; i < 10; i++) {
      assertThat(Stage.text(stage.take(out))).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void sending_without_waiting_fails_later_when_no_queue_takes_the_message() throws Exception {
    ServiceRuntime runtime = stage.start(new Relay());

    CompletableFuture<Void> sent =
        runtime.events().sendAsync(OutgoingMessage.of("nobody.listens", "x").asMandatory());

    assertThatThrownBy(() -> sent.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnroutableException.class);
  }

  @Test
  void what_follows_a_confirm_may_wait_for_the_broker_again() throws Exception {
    ServiceRuntime runtime = stage.start(new Relay());
    String out = stage.listen("out.#");

    runtime
        .events()
        .sendAsync("out.first", "1")
        .thenRun(() -> runtime.events().send("out.then", "2"))
        .get(30, TimeUnit.SECONDS);

    assertThat(Stage.text(stage.take(out))).isEqualTo("1");
    assertThat(Stage.text(stage.take(out))).isEqualTo("2");
  }
}
