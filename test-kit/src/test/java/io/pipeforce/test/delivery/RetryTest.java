package io.pipeforce.test.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.pipeforce.BaseService;
import io.pipeforce.Context;
import io.pipeforce.DeadLetterException;
import io.pipeforce.Event;
import io.pipeforce.Message;
import io.pipeforce.ServiceRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryBroker
class RetryTest extends DeliveryTest {
  /** What a handler saw of one attempt. */
  public record Attempt(
      int number,
      String exchange,
      String key,
      Map<String, Object> headers,
      String body,
      long nanos) {
    static Attempt of(Context context, Message message) {
      return new Attempt(
          context.attempt(),
          message.exchange(),
          message.key(),
          message.headers(),
          message.text(),
          System.nanoTime());
    }
  }

  public static class ThirdTime extends BaseService {
    final BlockingQueue<Attempt> attempts = new LinkedBlockingQueue<>();

    @Event(
        value = "retry.*",
        retry = {"200ms", "500ms", "10m"})
    public void flaky(Context context, Message message) {
      attempts.add(Attempt.of(context, message));
      if (context.attempt() < 3) {
        throw new IllegalStateException("attempt " + context.attempt());
      }
    }

    @Event("retry.*")
    public void other(Context context, Message message) {
      attempts.add(Attempt.of(context, message));
    }
  }

  @Test
  void a_failed_handler_gets_its_message_again_after_the_delays_of_its_ladder() throws Exception {
    ThirdTime service = new ThirdTime();
    ServiceRuntime runtime = stage.start(service);

    stage.publish(
        "retry.me",
        new BasicProperties.Builder().headers(Map.of("tenant", "a")).build(),
        "payload".getBytes(UTF_8));

    Stage.awaitLedger(runtime, "ThirdTime.flaky", deliveries -> deliveries.acked() == 1);
    Stage.awaitLedger(runtime, "ThirdTime.other", deliveries -> deliveries.acked() == 1);
    runtime.close();
    List<Attempt> attempts = new ArrayList<>(service.attempts);
    // The other handler, whose copy went well, is called once and never again.
    assertThat(attempts).hasSize(4);
    assertThat(runtime.ledger().get("ThirdTime.other").received()).isEqualTo(1);
    assertThat(runtime.ledger().get("ThirdTime.flaky").received()).isEqualTo(3);
    assertThat(runtime.ledger().get("ThirdTime.flaky").retried()).isEqualTo(2);
    assertThat(attempts)
        .allSatisfy(attempt -> {
          assertThat(attempt.exchange()).isEqualTo(stage.exchange());
          assertThat(attempt.key()).isEqualTo("retry.me");
          assertThat(attempt.headers()).containsEntry("tenant", "a");
          assertThat(attempt.body()).isEqualTo("payload");
        });
    Attempt first = attempts.stream().filter(a -> a.number() == 1).findFirst().orElseThrow();
    Attempt second = attempts.stream().filter(a -> a.number() == 2).findFirst().orElseThrow();
    Attempt third = attempts.stream().filter(a -> a.number() == 3).findFirst().orElseThrow();
    assertThat(Duration.ofNanos(second.nanos() - first.nanos()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(200));
    assertThat(Duration.ofNanos(third.nanos() - second.nanos()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(500));
  }

  public static class NoStock extends BaseService {
    @Event(
        value = "order.created",
        retry = {"100ms", "300ms"})
    public void reserve(String body) {
      throw new IllegalArgumentException("no stock", new ArithmeticException("0 left"));
    }
  }

  @Test
  void a_dead_letter_tells_everything_about_its_way() throws Exception {
    ServiceRuntime runtime = stage.start(new NoStock());
    Instant before = Instant.now();

    stage.publish(
        "order.created",
        new BasicProperties.Builder()
            .contentType("application/json")
            .messageId("m-1")
            .correlationId("c-1")
            .headers(Map.of("tenant", "a", "count", 5))
            .build(),
        "{\"id\":7}".getBytes(UTF_8));

    GetResponse letter = stage.takeDeadLetter();
    assertThat(Stage.text(letter)).isEqualTo("{\"id\":7}");
    assertThat(Stage.header(letter, "pipeforce-service")).isEqualTo(stage.name);
    assertThat(Stage.header(letter, "pipeforce-handler")).isEqualTo("NoStock.reserve");
    assertThat(Stage.header(letter, "pipeforce-queue")).isEqualTo(stage.queue("NoStock.reserve"));
    assertThat((String) Stage.header(letter, "pipeforce-reason")).contains("no stock");
    assertThat(Stage.header(letter, "pipeforce-exception"))
        .isEqualTo("java.lang.IllegalArgumentException");
    assertThat((String) Stage.header(letter, "pipeforce-stack"))
        .contains("IllegalArgumentException: no stock", "NoStock.reserve(RetryTest.java:")
        .contains("Caused by: java.lang.ArithmeticException: 0 left");
    assertThat(Stage.header(letter, "pipeforce-attempts")).isEqualTo(3);
    assertThat(Stage.header(letter, "pipeforce-exchange")).isEqualTo(stage.exchange());
    assertThat(Stage.header(letter, "pipeforce-key")).isEqualTo("order.created");
    assertThat(Stage.header(letter, "tenant")).isEqualTo("a");
    assertThat(Stage.header(letter, "count")).isEqualTo(5);
    Instant first = Instant.parse((String) Stage.header(letter, "pipeforce-first-failed"));
    Instant last = Instant.parse((String) Stage.header(letter, "pipeforce-last-failed"));
    assertThat(first).isBetween(before, Instant.now());
    assertThat(Duration.between(first, last)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
    assertThat(letter.getProps().getContentType()).isEqualTo("application/json");
    assertThat(letter.getProps().getMessageId()).isEqualTo("m-1");
    assertThat(letter.getProps().getCorrelationId()).isEqualTo("c-1");
    assertThat(letter.getProps().getDeliveryMode()).isEqualTo(2);
    Stage.awaitLedger(runtime, "NoStock.reserve", deliveries -> deliveries.dead() == 1);
    assertThat(runtime.ledger().get("NoStock.reserve").retried()).isEqualTo(2);
  }

  public static class Refusing extends BaseService {
    @Event("refuse.at.once")
    public void refuse(String body) {
      throw new DeadLetterException("customer is unknown");
    }

    @Event(
        value = "fail.once",
        retry = {})
    public void withoutLadder(String body) {
      throw new IllegalStateException("first and last");
    }

    @Event(
        value = "fail.hard",
        retry = {})
    public void error(String body) {
      endless(body);
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int endless(String body) {
      return endless(body) + 1;
    }

    @Event(
        value = "fail.loud",
        retry = {})
    public void loud(String body) {
      throw new IllegalStateException("x".repeat(300_000));
    }
  }

  @Test
  void a_handler_that_knows_better_sends_its_message_to_the_dead_letters_at_once()
      throws Exception {
    ServiceRuntime runtime = stage.start(new Refusing());

    runtime.events().send("refuse.at.once", "body");

    GetResponse letter = stage.takeDeadLetter();
    assertThat(Stage.header(letter, "pipeforce-reason")).isEqualTo("customer is unknown");
    assertThat(Stage.header(letter, "pipeforce-attempts")).isEqualTo(1);
    Stage.awaitLedger(runtime, "Refusing.refuse", deliveries -> deliveries.dead() == 1);
  }

  @Test
  void without_a_ladder_the_first_failure_is_the_last() throws Exception {
    ServiceRuntime runtime = stage.start(new Refusing());

    runtime.events().send("fail.once", "body");

    assertThat(Stage.header(stage.takeDeadLetter(), "pipeforce-attempts")).isEqualTo(1);
    Stage.awaitLedger(runtime, "Refusing.withoutLadder", deliveries -> deliveries.dead() == 1);
  }

  @Test
  void an_error_is_a_failure_like_any_other_and_the_handler_goes_on() throws Exception {
    ServiceRuntime runtime = stage.start(new Refusing());

    runtime.events().send("fail.hard", "1");
    runtime.events().send("fail.hard", "2");

    for (int i = 0; i < 2; i++) {
      GetResponse letter = stage.takeDeadLetter();
      assertThat(Stage.header(letter, "pipeforce-exception"))
          .isEqualTo("java.lang.StackOverflowError");
      assertThat(((String) Stage.header(letter, "pipeforce-stack")).length()).isLessThan(10_000);
    }
    Stage.awaitLedger(runtime, "Refusing.error", deliveries -> deliveries.dead() == 2);
  }

  @Test
  void an_exception_with_an_enormous_message_still_fits_into_the_dead_letter() throws Exception {
    ServiceRuntime runtime = stage.start(new Refusing());

    runtime.events().send("fail.loud", "body");

    GetResponse letter = stage.takeDeadLetter();
    assertThat((String) Stage.header(letter, "pipeforce-reason"))
        .contains("java.lang.IllegalStateException: xxxx");
    Stage.awaitLedger(runtime, "Refusing.loud", deliveries -> deliveries.dead() == 1);
  }

  public static class Bulky extends BaseService {
    @Event(
        value = "bulky",
        retry = {"100ms"})
    public void bulky(String body) {
      throw new IllegalStateException(body);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {120_000, 128_800, 129_500, 130_000})
  void headers_that_nearly_fill_a_frame_do_not_keep_a_message_from_being_given_up(int size)
      throws Exception {
    ServiceRuntime runtime = stage.start(new Bulky());

    stage.publish(
        "bulky",
        new BasicProperties.Builder().headers(Map.of("bulk", "x".repeat(size))).build(),
        "body".getBytes(UTF_8));
    runtime.events().send("bulky", "the next one");

    GetResponse first = stage.takeDeadLetter();
    GetResponse second = stage.takeDeadLetter();
    assertThat(List.of(Stage.text(first), Stage.text(second)))
        .containsExactlyInAnyOrder("body", "the next one");
    for (GetResponse letter : List.of(first, second)) {
      assertThat((String) Stage.header(letter, "pipeforce-reason")).contains(Stage.text(letter));
      assertThat(Stage.header(letter, "pipeforce-key")).isEqualTo("bulky");
      assertThat(Stage.header(letter, "pipeforce-handler")).isEqualTo("Bulky.bulky");
    }
    Stage.awaitLedger(runtime, "Bulky.bulky", deliveries -> deliveries.dead() == 2);
  }

  public static class Failing extends BaseService {
    @Event(
        value = "full.*",
        retry = {"100ms"})
    public void always(String body) {
      throw new IllegalStateException("no");
    }
  }

  @Test
  void headers_that_fill_a_frame_do_not_keep_a_message_from_the_dead_letters() throws Exception {
    ServiceRuntime runtime = stage.start(new Failing());

    stage.publish(
        "full.frame",
        new BasicProperties.Builder().headers(Map.of("fill", "x".repeat(130_900))).build(),
        "payload".getBytes(UTF_8));

    GetResponse letter = stage.takeDeadLetter();
    assertThat(new String(letter.getBody(), UTF_8)).isEqualTo("payload");
    assertThat((String) Stage.header(letter, "pipeforce-reason")).contains("cannot be retried");
    assertThat((String) Stage.header(letter, "pipeforce-key")).isEqualTo("full.frame");
    assertThat(letter.getProps().getHeaders()).doesNotContainKey("fill");
    Stage.awaitLedger(runtime, "Failing.always", deliveries -> deliveries.dead() == 1);
  }

  public static class Throughput extends BaseService {
    @Event(
        value = "many",
        retry = {"100ms"})
    public void sometimes(Context context, int number) {
      if (number % 3 == 0 && context.attempt() == 1) {
        throw new IllegalStateException("not yet");
      }
      if (number % 10 == 0) {
        throw new DeadLetterException("never");
      }
    }
  }

  @Test
  void among_many_messages_each_one_ends_in_exactly_one_place() throws Exception {
    ServiceRuntime runtime = stage.start(new Throughput());

    for (int number = 1; number <= 300; number++) {
      stage.channel.basicPublish(
          stage.exchange(), "many", null, Integer.toString(number).getBytes(UTF_8));
    }
    stage.channel.waitForConfirmsOrDie(Stage.PATIENCE.toMillis());

    Stage.awaitLedger(
        runtime,
        "Throughput.sometimes",
        deliveries -> deliveries.acked() + deliveries.dead() == 300);
    runtime.close();
    var deliveries = runtime.ledger().get("Throughput.sometimes");
    assertThat(deliveries.received()).isEqualTo(400);
    assertThat(deliveries.acked()).isEqualTo(270);
    assertThat(deliveries.retried()).isEqualTo(100);
    assertThat(deliveries.dead()).isEqualTo(30);
    stage.awaitReady(stage.queue("Throughput.sometimes"), 0);
    stage.awaitReady(stage.settings().deadLetterQueue(), 30);
  }
}
