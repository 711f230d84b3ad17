package io.pipeforce.test.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.BaseService;
import io.pipeforce.BrokerAddress;
import io.pipeforce.Context;
import io.pipeforce.DeadLetterException;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.ServiceRuntime.Deliveries;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The ledger is told in three places, which must agree, and each must be balanced. */
@OnEveryBroker
class LedgerTest extends DeliveryTest {
  private static final String HANDLER = "Mixed.mixed";

  public static class Mixed extends BaseService {
    final CountDownLatch release = new CountDownLatch(1);
    final CountDownLatch waiting = new CountDownLatch(1);

    @Event(
        value = "mixed",
        retry = {"100ms"})
    public void mixed(String body, Context context) throws InterruptedException {
      switch (body) {
        case "retry" -> {
          if (context.attempt() == 1) {
            throw new IllegalStateException("once");
          }
        }
        case "dead" -> throw new DeadLetterException("for good");
        case "wait" -> {
          waiting.countDown();
          release.await();
        }
        default -> {}
      }
    }
  }

  private final Mixed service = new Mixed();

  @AfterEach
  void release() {
    service.release.countDown();
  }

  /** One delivery of every kind, one at work and some behind it. */
  private ServiceRuntime busy(BrokerAddress address) throws Exception {
    ServiceRuntime runtime =
        Stage.started(stage.begin(stage.settings().withBroker(address), service));
    stage.channel.queueBind(stage.queue(HANDLER), stage.exchange(), "stale");
    stage.publish("stale", "");
    for (String body : List.of("fine", "fine", "retry", "dead")) {
      stage.publish("mixed", body);
    }
    Stage.awaitLedger(
        runtime, HANDLER, deliveries -> deliveries.acked() == 3 && deliveries.inFlight() == 0);
    for (String body : List.of("wait", "behind", "behind")) {
      stage.publish("mixed", body);
    }
    service.waiting.await();
    Stage.awaitLedger(runtime, HANDLER, deliveries -> deliveries.received() == 9);
    return runtime;
  }

  @Test
  void metrics_readiness_and_the_line_at_the_end_tell_the_same_and_are_balanced() throws Exception {
    try (Logs logs = Logs.listen()) {
      ServiceRuntime runtime = busy(stage.settings().broker());

      Deliveries now = runtime.ledger().get(HANDLER);
      assertThat(now).isEqualTo(new Deliveries(9, 3, 1, 1, 1, 0, 3));
      assertBalanced(now);
      assertThat(inMetrics(runtime)).isEqualTo(now);
      assertThat(inReadiness(runtime)).isEqualTo(now);

      Thread closing = Thread.ofVirtual().start(runtime::close);
      await().atMost(Stage.PATIENCE).until(() -> !runtime.ready());
      service.release.countDown();
      assertThat(closing.join(Stage.PATIENCE)).isTrue();

      Deliveries end = runtime.ledger().get(HANDLER);
      assertThat(end).isEqualTo(new Deliveries(9, 4, 1, 1, 1, 2, 0));
      assertBalanced(end);
      assertThat(logs.lines()).contains("INFO " + HANDLER + ": " + end);
    }
    stage.awaitReady(stage.queue(HANDLER), 2);
  }

  @Test
  void the_line_is_told_and_balanced_when_the_broker_is_dead() throws Exception {
    try (Wire wire = new Wire(broker.uri());
        Logs logs = Logs.listen()) {
      ServiceRuntime runtime = busy(BrokerAddress.parse(wire.uri().toString()));
      wire.cut();
      await().atMost(Stage.PATIENCE).until(() -> !runtime.ready());

      service.release.countDown();
      assertThat(Thread.ofVirtual().start(runtime::close).join(Stage.PATIENCE)).isTrue();

      assertToldAtTheEnd(runtime, logs);
    }
  }

  @Test
  void the_line_is_told_and_balanced_when_the_broker_does_not_answer_any_more() throws Exception {
    try (Wire wire = new Wire(broker.uri());
        Logs logs = Logs.listen()) {
      ServiceRuntime runtime = busy(BrokerAddress.parse(wire.uri().toString()));
      wire.freeze();

      Thread closing = Thread.ofVirtual().start(runtime::close);
      await().atMost(Stage.PATIENCE).until(() -> !runtime.ready());
      service.release.countDown();
      assertThat(closing.join(Stage.PATIENCE)).isTrue();

      assertToldAtTheEnd(runtime, logs);
    }
  }

  private static void assertToldAtTheEnd(ServiceRuntime runtime, Logs logs) {
    Deliveries end = runtime.ledger().get(HANDLER);
    assertBalanced(end);
    assertThat(end.inFlight()).isZero();
    assertThat(end.returned()).isPositive();
    assertThat(logs.lines()).contains("INFO " + HANDLER + ": " + end);
  }

  private static void assertBalanced(Deliveries deliveries) {
    assertThat(deliveries.received())
        .as(deliveries.toString())
        .isEqualTo(
            deliveries.acked()
                + deliveries.unmatched()
                + deliveries.retried()
                + deliveries.dead()
                + deliveries.returned()
                + deliveries.inFlight());
  }

  private static Deliveries inMetrics(ServiceRuntime runtime) throws Exception {
    List<Long> counts = new ArrayList<>();
    for (String column :
        List.of("received", "acked", "unmatched", "retried", "dead", "returned", "in_flight")) {
      counts.add(
          (long)
              Stage.metric(
                  runtime,
                  "pipeforce_deliveries_"
                      + column
                      + (column.equals("in_flight") ? "" : "_total")
                      + "{handler=\""
                      + HANDLER
                      + "\"}"));
    }
    return new Deliveries(
        counts.get(0),
        counts.get(1),
        counts.get(2),
        counts.get(3),
        counts.get(4),
        counts.get(5),
        counts.get(6));
  }

  private static Deliveries inReadiness(ServiceRuntime runtime) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(runtime.healthUri() + "/health/ready")).build();
      String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      JsonMapper json = JsonMapper.shared();
      return json.treeToValue(json.readTree(body).get("handlers").get(HANDLER), Deliveries.class);
    }
  }
}
