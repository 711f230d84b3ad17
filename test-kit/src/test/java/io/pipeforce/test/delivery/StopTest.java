package io.pipeforce.test.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.BaseService;
import io.pipeforce.Context;
import io.pipeforce.DeadLetterException;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.ServiceRuntime.Deliveries;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@OnEveryBroker
class StopTest extends DeliveryTest {
  public static class Slow extends BaseService {
    final CountDownLatch release = new CountDownLatch(1);
    final Queue<String> begun = new ConcurrentLinkedQueue<>();

    @Event("slow")
    public void slow(String body, Context context) throws InterruptedException {
      begun.add(body);
      release.await();
      context.publish("done", body);
    }

    @Event(value = "hopeless", maxDuration = "10m")
    public void hopeless(String body) {
      throw new DeadLetterException(body);
    }

    @Event(
        value = "stubborn",
        maxDuration = "500ms",
        retry = {"100ms"})
    public void stubborn(String body) {
      begun.add(body);
      while (release.getCount() > 0) {
        try {
          release.await();
        } catch (InterruptedException e) {
          // It does not listen.
        }
      }
    }
  }

  private final Slow service = new Slow();

  @AfterEach
  void release() {
    service.release.countDown();
  }

  @Test
  void what_is_being_handled_is_finished_and_the_rest_stays_in_the_queue() throws Exception {
    ServiceRuntime runtime = stage.start(service);
    String done = stage.listen("done");
    for (int i = 1; i <= 5; i++) {
      stage.publish("slow", Integer.toString(i));
    }
    Stage.awaitLedger(runtime, "Slow.slow", deliveries -> deliveries.received() >= 1);
    await().atMost(Stage.PATIENCE).until(() -> !service.begun.isEmpty());

    Thread stopping = Thread.ofVirtual().start(runtime::close);
    await().atMost(Stage.PATIENCE).until(() -> !runtime.ready());
    assertThat(stopping.isAlive()).isTrue();
    service.release.countDown();
    assertThat(stopping.join(Stage.PATIENCE)).isTrue();

    assertThat(service.begun).containsExactly("1");
    Deliveries deliveries = runtime.ledger().get("Slow.slow");
    assertThat(deliveries.acked()).isEqualTo(1);
    assertThat(deliveries.returned()).isEqualTo(deliveries.received() - 1);
    assertThat(Stage.text(stage.take(done))).isEqualTo("1");
    stage.awaitReady(stage.queue("Slow.slow"), 4);
  }

  @Test
  void a_handler_that_does_not_end_is_waited_for_no_longer_than_its_max_duration()
      throws Exception {
    ServiceRuntime runtime = stage.start(service);
    stage.publish("stubborn", "1");
    await().atMost(Stage.PATIENCE).until(() -> !service.begun.isEmpty());

    Thread stopping = Thread.ofVirtual().start(runtime::close);
    assertThat(stopping.join(Stage.PATIENCE)).isTrue();

    assertThat(runtime.ledger().get("Slow.stubborn").acked()).isZero();
    stage.awaitReady(stage.queue("Slow.stubborn"), 1);
    service.release.countDown();
    await()
        .atMost(Stage.PATIENCE)
        .until(() -> runtime.ledger().get("Slow.stubborn").inFlight() == 0);
  }

  @Test
  void a_publication_that_stays_refused_does_not_keep_a_service_from_stopping() throws Exception {
    String letters = stage.settings().deadLetterQueue();
    stage.channel.queueDeclare(
        letters, true, false, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    stage.channel.basicPublish("", letters, null, "full".getBytes(UTF_8));
    stage.channel.waitForConfirmsOrDie(Stage.PATIENCE.toMillis());
    try (Logs logs = Logs.listen()) {
      ServiceRuntime runtime = stage.start(service);
      stage.publish("hopeless", "1");
      await()
          .atMost(Stage.PATIENCE)
          .until(() -> logs.lines().stream().anyMatch(line -> line.contains("refused to take")));

      Thread stopping = Thread.ofVirtual().start(runtime::close);
      assertThat(stopping.join(Stage.PATIENCE)).isTrue();

      Deliveries deliveries = runtime.ledger().get("Slow.hopeless");
      assertThat(deliveries.returned()).isEqualTo(1);
      assertThat(deliveries.inFlight()).isZero();
      stage.awaitReady(stage.queue("Slow.hopeless"), 1);
    }
  }

  @Test
  void a_second_replica_takes_over_what_the_first_leaves() throws Exception {
    ServiceRuntime first = stage.start(service);
    for (int i = 1; i <= 5; i++) {
      stage.publish("slow", Integer.toString(i));
    }
    await().atMost(Stage.PATIENCE).until(() -> !service.begun.isEmpty());
    Slow other = new Slow();
    other.release.countDown();
    ServiceRuntime second = stage.start(other);

    Thread stopping = Thread.ofVirtual().start(first::close);
    await().atMost(Stage.PATIENCE).until(() -> !first.ready());
    service.release.countDown();
    assertThat(stopping.join(Stage.PATIENCE)).isTrue();

    Stage.awaitLedger(second, "Slow.slow", deliveries -> deliveries.acked() == 4);
    assertThat(other.begun).containsExactlyInAnyOrder("2", "3", "4", "5");
  }
}
