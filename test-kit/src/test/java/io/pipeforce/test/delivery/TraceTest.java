package io.pipeforce.test.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.pipeforce.BaseService;
import io.pipeforce.Context;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import java.util.Map;
import org.junit.jupiter.api.Test;

@OnEveryBroker
class TraceTest extends DeliveryTest {
  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  public static class Relay extends BaseService {
    @Event(
        value = "in",
        retry = {"100ms"})
    public String relay(String body, Context context) {
      context.publish("out.published", body);
      events().send("out.sent", body);
      if (body.equals("fails")) {
        throw new IllegalStateException("always");
      }
      return "answer";
    }
  }

  @Test
  void the_trace_of_a_message_goes_on_in_all_that_its_handler_sends() throws Exception {
    stage.start(new Relay());
    String published = stage.listen("out.published");
    String sent = stage.listen("out.sent");
    String replies = stage.name + ".replies";
    stage.channel.queueDeclare(replies, false, true, true, Map.of());

    stage.publish(
        "in",
        new BasicProperties.Builder()
            .headers(Map.of("traceparent", TRACEPARENT, "tracestate", "vendor=1"))
            .replyTo(replies)
            .build(),
        "x".getBytes(UTF_8));

    for (String queue : new String[] {published, sent, replies}) {
      var message = stage.take(queue);
      assertThat(Stage.header(message, "traceparent")).as(queue).isEqualTo(TRACEPARENT);
      assertThat(Stage.header(message, "tracestate")).as(queue).isEqualTo("vendor=1");
    }
  }

  @Test
  void a_dead_letter_still_belongs_to_its_trace() throws Exception {
    stage.start(new Relay());

    stage.publish(
        "in",
        new BasicProperties.Builder().headers(Map.of("traceparent", TRACEPARENT)).build(),
        "fails".getBytes(UTF_8));

    assertThat(Stage.header(stage.takeDeadLetter(), "traceparent")).isEqualTo(TRACEPARENT);
  }

  @Test
  void where_there_is_no_trace_none_is_made_up() throws Exception {
    ServiceRuntime runtime = stage.start(new Relay());
    String published = stage.listen("out.published");

    runtime.events().send("in", "x");

    assertThat(Stage.header(stage.take(published), "traceparent")).isNull();
  }
}
