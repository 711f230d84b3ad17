package io.pipeforce.test.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import io.pipeforce.BaseService;
import io.pipeforce.BrokerAddress;
import io.pipeforce.Context;
import io.pipeforce.Event;
import io.pipeforce.MessagingException;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.Watching;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What nobody reports: each test first shows what happens to a service whose watch is switched off,
 * then that the watch mends and counts it.
 */
@OnEveryBroker
class WatchTest extends DeliveryTest {
  /** So that the tests need not wait for half a minute. */
  private static final Duration OFTEN = Duration.ofMillis(300);

  private static final String HANDLER = "Listening.hear";

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

  public static class Listening extends BaseService {
    @Event(
        value = "hear",
        retry = {"100ms", "100ms", "100ms"})
    public void hear(String body, Context context) {
      if (body.equals("relay")) {
        context.publish("out", body);
      }
    }
  }

  private ServiceRuntime begin(Duration watchInterval) {
    return stage.begin(
        watchInterval,
        stage.settings().withBroker(BrokerAddress.parse(wire.uri().toString())),
        new Listening());
  }

  /** A service that has handled a message, so that it works. */
  private ServiceRuntime working(Duration watchInterval) throws Exception {
    ServiceRuntime runtime = Stage.started(begin(watchInterval));
    stage.publish("hear", "first");
    Stage.awaitLedger(
        runtime, HANDLER, deliveries -> deliveries.acked() > 0 && deliveries.inFlight() == 0);
    return runtime;
  }

  private static long received(ServiceRuntime runtime) {
    return runtime.ledger().get(HANDLER).received();
  }

  /** More messages than a consumer takes in advance. */
  private void publishMany() throws Exception {
    for (int i = 0; i < 600; i++) {
      stage.channel.basicPublish(stage.exchange(), "hear", null, "many".getBytes(UTF_8));
    }
    stage.channel.waitForConfirmsOrDie(Stage.PATIENCE.toMillis());
  }

  private void awaitMessage(ServiceRuntime runtime) {
    long before = received(runtime);
    await()
        .atMost(Stage.PATIENCE)
        .ignoreExceptions()
        .until(() -> {
          stage.publish("hear", "again");
          return received(runtime) > before;
        });
  }

  // --- a deaf consumer -----------------------------------------------------------------------

  @Test
  void a_consumer_that_became_deaf_is_subscribed_anew() throws Exception {
    ServiceRuntime unwatched = working(Watching.OFF);
    wire.loseDeliveries();
    long heard = received(unwatched);
    publishMany();
    await().atMost(Stage.PATIENCE).until(() -> wire.swallowed() > 0);
    Stage.staysSo("deaf and ready", () -> received(unwatched) == heard && unwatched.ready());
    assertThat(stage.channel.messageCount(stage.queue(HANDLER))).isPositive();
    unwatched.close();

    ServiceRuntime watched = working(OFTEN);
    Stage.awaitLedger(watched, HANDLER, deliveries -> deliveries.acked() >= 601);
    int before = wire.swallowed();
    wire.loseDeliveries();
    publishMany();
    await().atMost(Stage.PATIENCE).until(() -> wire.swallowed() > before);
    Stage.awaitLedger(watched, HANDLER, deliveries -> deliveries.acked() >= 1201);
    assertThat(Stage.metric(watched, "pipeforce_resubscriptions_total{reason=\"deaf\"}"))
        .isEqualTo(1);
    stage.awaitReady(stage.queue(HANDLER), 0);
  }

  // --- a deaf publisher ----------------------------------------------------------------------

  @Test
  void a_publisher_that_gets_no_confirms_is_replaced() throws Exception {
    ServiceRuntime unwatched = working(Watching.OFF);
    wire.loseConfirms();
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(() -> unwatched.events().send("other", "?"));
    await().atMost(Stage.PATIENCE).until(() -> wire.swallowed() > 0);
    Stage.staysSo("unconfirmed and ready", () -> !sending.isDone() && unwatched.ready());
    unwatched.close();
    assertThatThrownBy(sending::join).hasCauseInstanceOf(MessagingException.class);

    ServiceRuntime watched = working(Duration.ofSeconds(1));
    String out = stage.listen("out");
    int before = wire.swallowed();
    wire.loseConfirms();
    stage.publish("hear", "relay");
    await().atMost(Stage.PATIENCE).until(() -> wire.swallowed() > before);
    Stage.awaitLedger(
        watched, HANDLER, deliveries -> deliveries.acked() > 1 && deliveries.inFlight() == 0);
    assertThat(Stage.text(stage.take(out))).isEqualTo("relay");
    assertThat(Stage.metric(watched, "pipeforce_redeclarations_total{what=\"publisher\"}"))
        .isPositive();
  }

  // --- a broker that is not there ------------------------------------------------------------

  @Test
  void a_broker_that_is_dead_at_the_start_is_tried_again() throws Exception {
    wire.cut();
    ServiceRuntime unwatched = begin(Watching.OFF);
    await().atMost(Stage.PATIENCE).until(() -> !unwatched.ledger().isEmpty());
    try (Logs logs = Logs.listen()) {
      ServiceRuntime watched = begin(OFTEN);
      await()
          .atMost(Stage.PATIENCE)
          .until(() -> logs.lines().stream().anyMatch(line -> line.contains("trying again until")));
      wire.mend();

      Stage.started(watched);
      Stage.staysSo("never connected", () -> !unwatched.ready());
      unwatched.close();
      awaitMessage(watched);
    }
  }

  // --- a changed topology --------------------------------------------------------------------

  @Test
  void a_binding_that_an_operator_removed_is_made_again() throws Exception {
    ServiceRuntime unwatched = working(Watching.OFF);
    long heard = received(unwatched);
    stage.channel.queueUnbind(stage.queue(HANDLER), stage.exchange(), "hear");
    stage.publish("hear", "lost, though confirmed");
    Stage.staysSo("unbound and ready", () -> received(unwatched) == heard && unwatched.ready());
    unwatched.close();

    ServiceRuntime watched = working(OFTEN);
    stage.channel.queueUnbind(stage.queue(HANDLER), stage.exchange(), "hear");
    awaitMessage(watched);
  }

  @Test
  void an_exchange_that_an_operator_deleted_is_declared_again_with_its_bindings() throws Exception {
    ServiceRuntime unwatched = working(Watching.OFF);
    stage.channel.exchangeDelete(stage.exchange());
    assertThatThrownBy(() -> unwatched.events().send("hear", "refused"))
        .isInstanceOf(MessagingException.class);
    Stage.staysSo("no exchange", () -> !hasExchange());
    unwatched.close();

    ServiceRuntime watched = working(OFTEN);
    stage.channel.exchangeDelete(stage.exchange());
    long heard = received(watched);
    await()
        .atMost(Stage.PATIENCE)
        .ignoreExceptions()
        .until(() -> {
          watched.events().send("hear", "again");
          return received(watched) > heard;
        });
    assertThat(Stage.metric(watched, "pipeforce_redeclarations_total{what=\"exchange\"}"))
        .isEqualTo(1);
  }

  private boolean hasExchange() throws Exception {
    Channel probe = stage.channel.getConnection().createChannel();
    try {
      probe.exchangeDeclarePassive(stage.exchange());
      probe.close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void an_exchange_that_was_deleted_and_made_again_gets_its_bindings_back() throws Exception {
    ServiceRuntime unwatched = working(Watching.OFF);
    long heard = received(unwatched);
    remakeTheExchange();
    stage.publish("hear", "lost, though confirmed");
    Stage.staysSo("unbound and ready", () -> received(unwatched) == heard && unwatched.ready());
    unwatched.close();

    ServiceRuntime watched = working(OFTEN);
    remakeTheExchange();
    awaitMessage(watched);
  }

  private void remakeTheExchange() throws Exception {
    stage.channel.exchangeDelete(stage.exchange());
    stage.channel.exchangeDeclare(stage.exchange(), "topic", true);
  }

  @Test
  void what_a_handler_publishes_to_a_deleted_exchange_is_published_when_it_is_there_again()
      throws Exception {
    ServiceRuntime unwatched = working(Watching.OFF);
    stage.channel.exchangeDelete(stage.exchange());
    relay();
    // The channel for publishing is lost with it, so not even a retry gets through.
    Stage.awaitLedger(unwatched, HANDLER, deliveries -> deliveries.inFlight() == 1);
    Stage.staysSo("stuck", () -> unwatched.ledger().get(HANDLER).inFlight() == 1);
    wire.cut();
    unwatched.close();
    wire.mend();

    ServiceRuntime watched = working(OFTEN);
    long acked = watched.ledger().get(HANDLER).acked();
    stage.channel.exchangeDelete(stage.exchange());
    relay();
    Stage.awaitLedger(
        watched,
        HANDLER,
        deliveries ->
            deliveries.acked() > acked && deliveries.retried() > 0 && deliveries.inFlight() == 0);
    assertThat(watched.ledger().get(HANDLER).dead()).isZero();
  }

  private void relay() throws Exception {
    stage.channel.basicPublish("", stage.queue(HANDLER), null, "relay".getBytes(UTF_8));
    stage.channel.waitForConfirmsOrDie(Stage.PATIENCE.toMillis());
  }

  @Test
  void a_queue_that_an_operator_deleted_is_declared_again_with_its_consumer() throws Exception {
    ServiceRuntime unwatched = working(Watching.OFF);
    long heard = received(unwatched);
    stage.channel.queueDelete(stage.queue(HANDLER));
    stage.publish("hear", "lost, though confirmed");
    Stage.staysSo("no queue", () -> received(unwatched) == heard);
    unwatched.close();

    ServiceRuntime watched = working(OFTEN);
    stage.channel.queueDelete(stage.queue(HANDLER));
    awaitMessage(watched);
    assertThat(Stage.metric(watched, "pipeforce_resubscriptions_total{reason=\"lost\"}"))
        .isEqualTo(1);
  }
}
