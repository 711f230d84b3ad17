package io.pipeforce.test.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.BaseService;
import io.pipeforce.BrokerAddress;
import io.pipeforce.Context;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryBroker
class ReconnectTest extends DeliveryTest {
  private Wire wire;

  @BeforeEach
  void layTheWire() throws Exception {
    wire = new Wire(broker.uri());
  }

  @AfterEach
  void removeTheWire() throws Exception {
    stage.close();
    wire.close();
  }

  private ServiceRuntime begin(BaseService service) {
    return stage.begin(
        stage.settings().withBroker(BrokerAddress.parse(wire.uri().toString())), service);
  }

  public static class Counting extends BaseService {
    final Set<Integer> seen = ConcurrentHashMap.newKeySet();
    final Queue<Integer> calls = new ConcurrentLinkedQueue<>();
    final CountDownLatch begun = new CountDownLatch(20);

    @Event(value = "count", concurrency = 4)
    public void count(int number, Context context) {
      calls.add(number);
      begun.countDown();
      context.publish("counted", number);
      seen.add(number);
    }
  }

  @Test
  void a_broker_that_is_away_at_the_start_is_waited_for() throws Exception {
    wire.cut();
    Counting service = new Counting();
    try (Logs logs = Logs.listen()) {
      ServiceRuntime runtime = begin(service);
      await()
          .atMost(Stage.PATIENCE)
          .until(() -> logs.lines().stream().anyMatch(line -> line.contains("trying again until")));
      assertThat(runtime.ready()).isFalse();
      assertThat(Stage.probe(runtime, "/health/ready")).isEqualTo(503);
      assertThat(Stage.probe(runtime, "/health/live")).isEqualTo(200);

      wire.mend();

      Stage.started(runtime);
      assertThat(Stage.probe(runtime, "/health/ready")).isEqualTo(200);
      runtime.events().send("count", 1);
      Stage.awaitLedger(runtime, "Counting.count", deliveries -> deliveries.acked() == 1);
    }
  }

  @Test
  void a_service_goes_to_another_node_when_its_own_is_dead() throws Exception {
    try (Wire other = new Wire(broker.uri());
        Logs logs = Logs.listen()) {
      BrokerAddress one = BrokerAddress.parse(wire.uri().toString());
      BrokerAddress two = BrokerAddress.parse(other.uri().toString());
      BrokerAddress both = one.withNodes(List.of(one.nodes().getFirst(), two.nodes().getFirst()));
      other.cut();
      ServiceRuntime runtime =
          Stage.started(stage.begin(stage.settings().withBroker(both), new Counting()));

      other.mend();
      wire.cut();

      await()
          .atMost(Stage.PATIENCE)
          .until(() -> Stage.metric(runtime, "pipeforce_connections_total") >= 2);
      Stage.started(runtime);
      runtime.events().send("count", 1);
      Stage.awaitLedger(runtime, "Counting.count", deliveries -> deliveries.acked() == 1);

      other.cut();
      await()
          .atMost(Stage.PATIENCE)
          .until(() ->
              logs.lines().stream()
                  .anyMatch(line ->
                      line.contains(one.nodes().getFirst().toString())
                          && line.contains(two.nodes().getFirst().toString())
                          && line.contains("trying again")));
      wire.mend();
      Stage.started(runtime);
      runtime.close();
    }
  }

  @Test
  void a_refused_login_is_said_with_the_user_and_without_the_password() throws Exception {
    try (Logs logs = Logs.listen()) {
      BrokerAddress address = stage.settings().broker().withLogin("guest", "not the password");
      ServiceRuntime runtime = stage.begin(stage.settings().withBroker(address), new Counting());

      await()
          .atMost(Stage.PATIENCE)
          .until(() ->
              logs.lines().stream()
                  .anyMatch(line -> line.contains("refused the login of user 'guest'")));
      assertThat(runtime.ready()).isFalse();
      assertThat(logs.lines()).noneMatch(line -> line.contains("not the password"));
    }
  }

  @Test
  void nothing_is_lost_when_the_connection_breaks_in_the_middle() throws Exception {
    Counting service = new Counting();
    ServiceRuntime runtime = Stage.started(begin(service));
    String counted = stage.listen("counted");
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 200; i++) {
        stage.channel.basicPublish(
            stage.exchange(), "count", null, Integer.toString(round * 200 + i).getBytes(UTF_8));
      }
      if (round == 1) {
        service.begun.await();
        wire.cut();
        wire.mend();
      }
    }
    stage.channel.waitForConfirmsOrDie(Stage.PATIENCE.toMillis());

    await().atMost(Stage.PATIENCE).until(() -> service.seen.size() == 600);
    Stage.awaitLedger(
        runtime,
        "Counting.count",
        deliveries ->
            deliveries.acked() + deliveries.retried() >= 600 && deliveries.inFlight() == 0);
    stage.awaitReady(stage.queue("Counting.count"), 0);
    runtime.close();
    assertThat(Stage.text(stage.take(counted))).isNotEmpty();
    Set<Integer> all = IntStream.range(0, 600).boxed().collect(Collectors.toSet());
    assertThat(service.seen).isEqualTo(all);
    // What was delivered twice was published twice; nothing was published less than once.
    assertThat(stage.channel.messageCount(counted)).isGreaterThanOrEqualTo(599);
  }

  @Test
  void after_a_break_the_service_is_ready_again_and_sends_again() throws Exception {
    ServiceRuntime runtime = Stage.started(begin(new Counting()));

    for (int i = 0; i < 3; i++) {
      wire.cut();
      await().atMost(Stage.PATIENCE).until(() -> !runtime.ready());
      wire.mend();
      runtime.events().send("count", i);
      Stage.started(runtime);
    }

    Stage.awaitLedger(runtime, "Counting.count", deliveries -> deliveries.acked() >= 3);
    assertThat(Stage.metric(runtime, "pipeforce_connections_total")).isEqualTo(4);
  }

  @Test
  void connections_that_an_operator_closes_are_made_again() throws Exception {
    ServiceRuntime runtime = stage.start(new Counting());
    Operator operator = new Operator(broker);

    await()
        .atMost(Stage.PATIENCE)
        .until(() -> operator.closeConnections(stage.settings().instance()) == 2);
    await()
        .atMost(Stage.PATIENCE)
        .until(() -> Stage.metric(runtime, "pipeforce_connections_total") >= 2);
    Stage.started(runtime);
    runtime.events().send("count", 1);

    Stage.awaitLedger(runtime, "Counting.count", deliveries -> deliveries.acked() == 1);
  }

  @Test
  void a_queue_that_somebody_deletes_is_declared_again_and_served() throws Exception {
    ServiceRuntime runtime = stage.start(new Counting());
    runtime.events().send("count", 1);
    Stage.awaitLedger(runtime, "Counting.count", deliveries -> deliveries.acked() == 1);

    stage.channel.queueDelete(stage.queue("Counting.count"));

    await()
        .atMost(Stage.PATIENCE)
        .ignoreExceptions()
        .until(() -> {
          runtime.events().send("count", 2);
          return runtime.ledger().get("Counting.count").acked() >= 2;
        });
    assertThat(Stage.metric(runtime, "pipeforce_resubscriptions_total{reason=\"lost\"}"))
        .isEqualTo(1);
  }

  @Test
  void a_broker_that_says_good_bye_and_comes_back_empty_is_set_up_anew() throws Exception {
    Counting service = new Counting();
    Broker second = null;
    try (Broker first = Broker.start(BrokerOptions.local())) {
      wire.leadTo(first.uri());
      ServiceRuntime runtime = Stage.started(begin(service));
      runtime.events().send("count", 1);
      Stage.awaitLedger(runtime, "Counting.count", deliveries -> deliveries.acked() == 1);

      first.close();
      await().atMost(Stage.PATIENCE).until(() -> !runtime.ready());
      second = Broker.start(BrokerOptions.local());
      wire.leadTo(second.uri());

      Stage.started(runtime);
      runtime.events().send("count", 2);
      Stage.awaitLedger(runtime, "Counting.count", deliveries -> deliveries.acked() == 2);
      runtime.close();
    } finally {
      if (second != null) {
        second.close();
      }
    }
  }
}
