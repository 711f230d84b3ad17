package io.pipeforce.test.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.pipeforce.BaseService;
import io.pipeforce.Context;
import io.pipeforce.DeadLetterException;
import io.pipeforce.Event;
import io.pipeforce.EventClient;
import io.pipeforce.RequestFailedException;
import io.pipeforce.RequestTimeoutException;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.UnroutableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@OnEveryBroker
class RequestTest extends DeliveryTest {
  private static final Duration TIMEOUT = Stage.PATIENCE;

  public record Sum(int a, int b) {}

  public static class Calculator extends BaseService {
    final CountDownLatch late = new CountDownLatch(1);

    @Event("sum")
    public int sum(Sum sum) {
      return sum.a() + sum.b();
    }

    @Event("swap")
    public Sum swap(Sum sum) {
      return new Sum(sum.b(), sum.a());
    }

    @Event(value = "square", concurrency = 16)
    public int square(int number) {
      return number * number;
    }

    @Event("reply")
    public void reply(Context context) {
      context.reply("first");
      context.reply("last");
    }

    @Event("late")
    public String late(String body) throws InterruptedException {
      late.await();
      return body;
    }

    @Event("refuse")
    public String refuse(String body) {
      throw new DeadLetterException("division by zero");
    }

    @Event(
        value = "flaky",
        retry = {"100ms"})
    public String flaky(Context context) {
      if (context.attempt() == 1) {
        throw new IllegalStateException("once");
      }
      return "at attempt " + context.attempt();
    }

    @Event("silent")
    public void silent(String body) {}
  }

  private final Calculator service = new Calculator();

  @Test
  void what_a_handler_returns_answers_the_request() throws Exception {
    EventClient events = stage.start(service).events();

    assertThat(events.request("sum", new Sum(2, 3), TIMEOUT).text()).isEqualTo("5");
    assertThat(events.request("sum", new Sum(2, 3), Integer.class, TIMEOUT)).isEqualTo(5);
    assertThat(events.request("swap", new Sum(2, 3), Sum.class, TIMEOUT)).isEqualTo(new Sum(3, 2));
    assertThat(events.request("reply", "", TIMEOUT).text()).isEqualTo("last");
    assertThat(events.request("flaky", "", TIMEOUT).text()).isEqualTo("at attempt 2");
  }

  @Test
  void a_client_that_is_no_service_gets_answers_too() throws Exception {
    stage.start(service);

    try (EventClient client = EventClient.connect(stage.settings().broker(), stage.exchange())) {
      assertThat(client.request("sum", new Sum(20, 22), Integer.class, TIMEOUT)).isEqualTo(42);
    }
  }

  @Test
  void any_amqp_client_is_answered_with_its_correlation_id_on_its_queue() throws Exception {
    stage.start(service);
    String replies = stage.name + ".replies";
    stage.channel.queueDeclare(replies, false, true, true, Map.of());

    stage.publish(
        "sum",
        new BasicProperties.Builder().replyTo(replies).correlationId("c-7").build(),
        "{\"a\":1,\"b\":1}".getBytes(UTF_8));

    GetResponse answer = stage.take(replies);
    assertThat(Stage.text(answer)).isEqualTo("2");
    assertThat(answer.getProps().getCorrelationId()).isEqualTo("c-7");
    assertThat(answer.getEnvelope().getExchange()).isEmpty();
  }

  @Test
  void many_requests_at_once_get_each_its_own_answer() throws Exception {
    EventClient events = stage.start(service).events();

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        int number = i;
        answers.add(threads.submit(() -> events.request("square", number, Integer.class, TIMEOUT)));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo(i * i);
      }
    }
  }

  @Test
  void without_an_answer_the_request_times_out_and_a_late_answer_disturbs_nobody()
      throws Exception {
    ServiceRuntime runtime = stage.start(service);

    assertThatThrownBy(() -> runtime.events().request("late", "too late", Duration.ofMillis(300)))
        .isInstanceOf(RequestTimeoutException.class)
        .hasMessageContaining("'late'")
        .hasMessageContaining("300ms");

    service.late.countDown();
    Stage.awaitLedger(runtime, "Calculator.late", deliveries -> deliveries.acked() == 1);
    assertThat(runtime.events().request("late", "in time", TIMEOUT).text()).isEqualTo("in time");
  }

  @Test
  void a_handler_that_returns_nothing_answers_nothing() throws Exception {
    ServiceRuntime runtime = stage.start(service);

    assertThatThrownBy(() -> runtime.events().request("silent", "x", Duration.ofMillis(500)))
        .isInstanceOf(RequestTimeoutException.class);
    Stage.awaitLedger(runtime, "Calculator.silent", deliveries -> deliveries.acked() == 1);
  }

  @Test
  void a_request_that_was_given_up_fails_with_the_reason() throws Exception {
    ServiceRuntime runtime = stage.start(service);

    assertThatThrownBy(() -> runtime.events().request("refuse", "1/0", TIMEOUT))
        .isInstanceOf(RequestFailedException.class)
        .hasMessageContaining("division by zero");
    assertThatThrownBy(() -> runtime.events().request("sum", "no sum", TIMEOUT))
        .isInstanceOf(RequestFailedException.class)
        .hasMessageContaining("undecodable");
    assertThat(Stage.text(stage.takeDeadLetter())).isEqualTo("1/0");
  }

  @Test
  void a_request_that_no_handler_is_bound_for_fails_at_once() throws Exception {
    ServiceRuntime runtime = stage.start(service);

    assertThatThrownBy(() -> runtime.events().request("nobody", "x", Duration.ofHours(1)))
        .isInstanceOf(UnroutableException.class)
        .hasMessageContaining("nobody");
  }

  @Test
  void a_requester_that_is_gone_does_not_make_the_handler_fail() throws Exception {
    ServiceRuntime runtime = stage.start(service);

    stage.publish(
        "sum",
        new BasicProperties.Builder().replyTo(stage.name + ".gone").correlationId("c").build(),
        "{\"a\":1,\"b\":1}".getBytes(UTF_8));

    Stage.awaitLedger(runtime, "Calculator.sum", deliveries -> deliveries.acked() == 1);
    assertThat(runtime.ledger().get("Calculator.sum").retried()).isZero();
  }
}
