package io.pipeforce.test.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.BaseService;
import io.pipeforce.BrokerAddress;
import io.pipeforce.Context;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.ServiceSettings;
import io.pipeforce.Watching;
import io.pipeforce.test.internal.RealCluster;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What can only happen with several RabbitMQ nodes, and what would disturb tests on one of them.
 */
class ClusterTest {
  private static final String HANDLER = "Recording.record";

  private RealCluster cluster;
  private Stage stage;

  @BeforeEach
  void setTheStage() throws Exception {
    cluster = RealCluster.assume();
    stage = new Stage(cluster.node(1));
  }

  @AfterEach
  void clearTheStage() throws Exception {
    if (stage != null) {
      stage.close();
    }
  }

  public static class Recording extends BaseService {
    final Set<Integer> seen = ConcurrentHashMap.newKeySet();

    @Event(value = "record", concurrency = 4)
    public void record(int number, Context context) {
      context.publish("recorded", number);
      seen.add(number);
    }
  }

  /** Publishes numbers through the first node, which lives, until it is told to stop. */
  private final class Load implements AutoCloseable {
    private final CompletableFuture<Integer> confirmed = new CompletableFuture<>();
    private volatile int count;
    private volatile boolean enough;

    private final Recording service;

    Load(Recording service) {
      this.service = service;
      Thread.ofVirtual().start(this::run);
    }

    private void run() {
      int next = 0;
      try {
        while (!enough) {
          int sent = next;
          // More would only be a test of how fast three nodes on one machine are.
          await()
              .atMost(Duration.ofMinutes(2))
              .until(() -> enough || sent - service.seen.size() < 2_000);
          for (int i = 0; i < 20; i++) {
            stage.channel.basicPublish(
                stage.exchange(), "record", null, Integer.toString(next++).getBytes(UTF_8));
          }
          stage.channel.waitForConfirmsOrDie(Stage.PATIENCE.toMillis());
          count = next;
        }
        confirmed.complete(next);
      } catch (Exception e) {
        confirmed.completeExceptionally(e);
      }
    }

    /** Waits until so many more were confirmed. */
    void awaitMore(int numbers) {
      int before = count;
      await().atMost(Stage.PATIENCE).until(() -> confirmed.isDone() || count >= before + numbers);
    }

    int stop() {
      enough = true;
      return confirmed.join();
    }

    @Override
    public void close() {
      enough = true;
    }
  }

  @Test
  void nothing_is_lost_when_nodes_die_and_leaders_move_under_load() throws Exception {
    Recording service = new Recording();
    ServiceSettings settings =
        stage.settings().withBroker(BrokerAddress.parse(cluster.address(2, 3)));
    ServiceRuntime runtime = Stage.started(stage.begin(settings, service));
    String recorded = stage.listen("recorded");
    String queue = stage.queue(HANDLER);

    int confirmed;
    try (Load load = new Load(service)) {
      load.awaitMore(200);
      for (int node : new int[] {2, 3}) {
        cluster.moveLeader(queue, node);
        load.awaitMore(200);
        try {
          // The service is connected to this node or to the other one, which is killed next.
          cluster.kill(node);
          load.awaitMore(200);
        } finally {
          cluster.start(node);
        }
        Stage.started(runtime);
      }
      cluster.moveLeader(queue, 1);
      load.awaitMore(200);
      confirmed = load.stop();
    }

    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(service.seen).hasSizeGreaterThanOrEqualTo(confirmed));
    assertThat(service.seen)
        .isEqualTo(IntStream.range(0, confirmed).boxed().collect(Collectors.toSet()));
    stage.awaitReady(queue, 0);
    assertThat(Stage.metric(runtime, "pipeforce_connections_total")).isGreaterThanOrEqualTo(2);
    runtime.close();
    assertThat(runtime.ledger().get(HANDLER).dead()).isZero();
    // Nothing that the handler published was published less than once.
    await().atMost(Stage.PATIENCE).until(() -> stage.channel.messageCount(recorded) >= confirmed);
  }

  // --- an alarm, which blocks everybody who publishes ----------------------------------------

  @Test
  void a_broker_in_alarm_is_waited_for_and_readiness_says_so() throws Exception {
    // Without the watch the service says that it is ready, and sends nothing.
    ServiceRuntime unwatched =
        Stage.started(stage.begin(Watching.OFF, stage.settings(), new Recording()));
    CompletableFuture<Void> unnoticed;
    alarm();
    try {
      unnoticed = CompletableFuture.runAsync(() -> unwatched.events().send("record", 1));
      Stage.staysSo("hanging and ready", () -> unwatched.ready() && !unnoticed.isDone());
    } finally {
      lift();
    }
    unnoticed.join();
    Stage.awaitLedger(unwatched, HANDLER, deliveries -> deliveries.acked() == 1);
    unwatched.close();

    ServiceRuntime watched =
        Stage.started(stage.begin(Duration.ofMillis(300), stage.settings(), new Recording()));
    CompletableFuture<Void> sending;
    alarm();
    try {
      sending = CompletableFuture.runAsync(() -> watched.events().send("record", 2));
      await().atMost(Stage.PATIENCE).until(() -> !watched.ready());
      assertThat(Stage.probe(watched, "/health/ready")).isEqualTo(503);
      assertThat(Stage.probe(watched, "/health/live")).isEqualTo(200);
      assertThat(sending).isNotDone();
      assertThat(Stage.metric(watched, "pipeforce_blocked_total")).isEqualTo(1);
    } finally {
      lift();
    }
    sending.join();
    Stage.started(watched);
    Stage.awaitLedger(watched, HANDLER, deliveries -> deliveries.acked() == 1);
    assertThat(Stage.metric(watched, "pipeforce_connections_total")).isEqualTo(1);
  }

  private void alarm() {
    cluster.ctl(3, "set_vm_memory_high_watermark", "0.0001");
    await()
        .atMost(Stage.PATIENCE)
        .until(() -> cluster.ctl(1, "rabbitmq-diagnostics", "alarms").contains("Memory alarm"));
  }

  private void lift() {
    cluster.ctl(3, "set_vm_memory_high_watermark", "0.6");
  }
}
