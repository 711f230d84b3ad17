package io.pipeforce.test.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.BaseService;
import io.pipeforce.BrokerAddress;
import io.pipeforce.Context;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@OnEveryBroker
class OrderTest extends DeliveryTest {
  public static class Sequence extends BaseService {
    final Queue<String> calls = new ConcurrentLinkedQueue<>();

    @Event(
        value = "ordered",
        ordered = true,
        retry = {"100ms", "200ms"})
    public void ordered(String body, Context context) {
      calls.add(body + "/" + context.attempt());
      if ((body.equals("2") && context.attempt() < 3) || body.equals("4")) {
        throw new IllegalStateException("not yet");
      }
    }

    @Event("plain")
    public void plain(String body) {
      calls.add(body);
    }
  }

  private void publish(String key, int from, int to) throws Exception {
    for (int i = from; i <= to; i++) {
      stage.channel.basicPublish(stage.exchange(), key, null, Integer.toString(i).getBytes(UTF_8));
    }
    stage.channel.waitForConfirmsOrDie(Stage.PATIENCE.toMillis());
  }

  @Test
  void an_ordered_handler_keeps_the_order_through_failures() throws Exception {
    Sequence service = new Sequence();
    ServiceRuntime runtime = stage.start(service);

    publish("ordered", 1, 5);

    Stage.awaitLedger(
        runtime, "Sequence.ordered", deliveries -> deliveries.acked() + deliveries.dead() == 5);
    assertThat(service.calls)
        .containsExactly("1/1", "2/1", "2/2", "2/3", "3/1", "4/1", "4/2", "4/3", "5/1");
    assertThat(Stage.text(stage.takeDeadLetter())).isEqualTo("4");
  }

  @Test
  void of_several_replicas_of_an_ordered_handler_one_works_and_another_takes_over()
      throws Exception {
    Sequence first = new Sequence();
    Sequence second = new Sequence();
    ServiceRuntime one = stage.start(first);
    ServiceRuntime two = stage.start(second);

    publish("ordered", 5, 30);
    Stage.awaitLedger(one, "Sequence.ordered", deliveries -> deliveries.acked() == 26);
    assertThat(second.calls).isEmpty();

    one.close();
    publish("ordered", 31, 40);

    Stage.awaitLedger(two, "Sequence.ordered", deliveries -> deliveries.acked() == 10);
    List<String> expected = new ArrayList<>();
    for (int i = 31; i <= 40; i++) {
      expected.add(i + "/1");
    }
    assertThat(second.calls).containsExactlyElementsOf(expected);
  }

  @Test
  void with_concurrency_one_a_handler_takes_its_messages_in_order() throws Exception {
    Sequence service = new Sequence();
    ServiceRuntime runtime = stage.start(service);

    publish("plain", 1, 500);

    Stage.awaitLedger(runtime, "Sequence.plain", deliveries -> deliveries.acked() == 500);
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      expected.add(Integer.toString(i));
    }
    assertThat(service.calls).containsExactlyElementsOf(expected);
  }

  public static class Together extends BaseService {
    final CyclicBarrier four = new CyclicBarrier(4);
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();

    @Event(value = "together", concurrency = 4)
    public void together(String body) throws Exception {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      four.await(30, TimeUnit.SECONDS);
      running.decrementAndGet();
    }
  }

  @Test
  void with_concurrency_four_four_messages_are_handled_at_once_and_not_more() throws Exception {
    Together service = new Together();
    ServiceRuntime runtime = stage.start(service);

    publish("together", 1, 40);

    Stage.awaitLedger(runtime, "Together.together", deliveries -> deliveries.acked() == 40);
    assertThat(service.most).hasValue(4);
  }

  public static class Stuck extends BaseService {
    final Queue<String> events = new ConcurrentLinkedQueue<>();
    final CountDownLatch never = new CountDownLatch(1);

    @Event(
        value = "stuck",
        maxDuration = "300ms",
        retry = {"100ms"})
    public void stuck(String body, Context context) throws InterruptedException {
      if (context.attempt() > 1 || body.equals("2")) {
        events.add(body + " done");
        return;
      }
      try {
        never.await();
      } catch (InterruptedException e) {
        events.add(body + " interrupted");
        throw e;
      }
    }
  }

  @Test
  void a_handler_that_takes_too_long_is_interrupted_and_its_message_comes_again() throws Exception {
    Stuck service = new Stuck();
    ServiceRuntime runtime = stage.start(service);

    publish("stuck", 1, 2);

    Stage.awaitLedger(runtime, "Stuck.stuck", deliveries -> deliveries.acked() == 2);
    assertThat(service.events).contains("1 interrupted", "2 done", "1 done").hasSize(3);
    assertThat(runtime.ledger().get("Stuck.stuck").retried()).isEqualTo(1);
  }

  public static class Mixed extends BaseService {
    final CountDownLatch release = new CountDownLatch(1);

    @Event(value = "mixed", concurrency = 2)
    public void mixed(String body) throws InterruptedException {
      if (body.equals("1")) {
        release.await();
      }
    }
  }

  @Test
  void a_slow_message_does_not_hold_back_the_acks_of_the_others() throws Exception {
    Mixed service = new Mixed();
    try (Wire wire = new Wire(broker.uri())) {
      ServiceRuntime runtime =
          Stage.started(
              stage.begin(
                  stage.settings().withBroker(BrokerAddress.parse(wire.uri().toString())),
                  service));
      publish("mixed", 1, 20);
      Stage.awaitLedger(runtime, "Mixed.mixed", deliveries -> deliveries.acked() == 19);

      // The bound is a time, so a time must pass; then the broker has all acks but one.
      await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
      wire.cut();
      wire.mend();

      Stage.awaitLedger(runtime, "Mixed.mixed", deliveries -> deliveries.received() == 21);
      service.release.countDown();
      Stage.awaitLedger(runtime, "Mixed.mixed", deliveries -> deliveries.inFlight() == 0);
      stage.awaitReady(stage.queue("Mixed.mixed"), 0);
      runtime.close();
      assertThat(runtime.ledger().get("Mixed.mixed").received()).isEqualTo(21);
    }
  }
}
