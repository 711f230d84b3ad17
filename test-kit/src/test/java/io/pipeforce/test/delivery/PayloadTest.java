package io.pipeforce.test.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.pipeforce.BaseService;
import io.pipeforce.Context;
import io.pipeforce.Event;
import io.pipeforce.Message;
import io.pipeforce.ServiceRuntime;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@OnEveryBroker
class PayloadTest extends DeliveryTest {
  public record Order(String id, int amount, List<String> tags) {}

  public static class Typed extends BaseService {
    final BlockingQueue<Object> got = new LinkedBlockingQueue<>();

    @Event("p.text")
    public void text(String body) {
      got.add(body);
    }

    @Event("p.bytes")
    public void bytes(byte[] body) {
      got.add(body);
    }

    @Event("p.record")
    public void order(Order order) {
      got.add(order);
    }

    @Event("p.list")
    public void orders(List<Order> orders) {
      got.add(orders);
    }

    @Event("p.map")
    public void map(Map<String, Object> map) {
      got.add(map);
    }

    @Event("p.json")
    public void json(JsonNode json) {
      got.add(json);
    }

    @Event("p.number")
    public void number(long number) {
      got.add(number);
    }

    @Event("p.message")
    public void message(Message message) {
      got.add(message);
    }

    @Event("p.all")
    public void all(Context context, Order order, Message message) {
      got.add(List.of(context.attempt(), order, message.key(), context.deadline()));
    }

    @Event("p.nothing")
    public void nothing() {
      got.add("called");
    }
  }

  public static class Orders extends BaseService {
    final BlockingQueue<Order> got = new LinkedBlockingQueue<>();

    @Event("p.record")
    public void take(Order order) {
      got.add(order);
    }
  }

  private final Typed service = new Typed();

  private Object next() throws InterruptedException {
    return service.got.poll(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void each_kind_of_argument_gets_what_was_sent() throws Exception {
    ServiceRuntime runtime = stage.start(service);
    Order order = new Order("7", 3, List.of("ä", "b"));

    runtime.events().send("p.text", "Grüße");
    assertThat(next()).isEqualTo("Grüße");
    runtime.events().send("p.bytes", new byte[] {0, 1, -1});
    assertThat((byte[]) next()).containsExactly(0, 1, -1);
    runtime.events().send("p.record", order);
    assertThat(next()).isEqualTo(order);
    runtime.events().send("p.list", List.of(order));
    assertThat(next()).isEqualTo(List.of(order));
    runtime.events().send("p.map", Map.of("a", List.of(1, "x")));
    assertThat(next()).isEqualTo(Map.of("a", List.of(1, "x")));
    runtime.events().send("p.json", "{\"a\":{\"b\":[1]}}");
    assertThat(((JsonNode) next()).at("/a/b/0").intValue()).isEqualTo(1);
    runtime.events().send("p.number", 42);
    assertThat(next()).isEqualTo(42L);
    runtime.events().send("p.nothing", "ignored");
    assertThat(next()).isEqualTo("called");
    Instant before = Instant.now();
    runtime.events().send("p.all", order);
    List<?> all = (List<?>) next();
    assertThat(all.subList(0, 3)).isEqualTo(List.of(1, order, "p.all"));
    assertThat((Instant) all.get(3)).isAfter(before.plusSeconds(290));
  }

  @Test
  void a_message_shows_all_that_its_publisher_set() throws Exception {
    stage.start(service);
    Date timestamp = Date.from(Instant.ofEpochSecond(1_700_000_000));

    stage.publish(
        "p.message",
        new BasicProperties.Builder()
            .contentType("text/plain")
            .contentEncoding("identity")
            .correlationId("c-1")
            .messageId("m-1")
            .timestamp(timestamp)
            .type("kind")
            .appId("python")
            .priority(3)
            .headers(Map.of("tenant", "a", "count", 5, "flag", true, "nested", Map.of("k", "v")))
            .build(),
        "body".getBytes(UTF_8));

    Message message = (Message) next();
    assertThat(message.exchange()).isEqualTo(stage.exchange());
    assertThat(message.key()).isEqualTo("p.message");
    assertThat(message.text()).isEqualTo("body");
    assertThat(message.headers())
        .containsEntry("tenant", "a")
        .containsEntry("count", 5)
        .containsEntry("flag", true)
        .containsEntry("nested", Map.of("k", "v"));
    assertThat(message.properties().contentType()).hasValue("text/plain");
    assertThat(message.properties().contentEncoding()).hasValue("identity");
    assertThat(message.properties().correlationId()).hasValue("c-1");
    assertThat(message.properties().messageId()).hasValue("m-1");
    assertThat(message.properties().timestamp()).hasValue(timestamp.toInstant());
    assertThat(message.properties().type()).hasValue("kind");
    assertThat(message.properties().appId()).hasValue("python");
    assertThat(message.properties().priority()).hasValue(3);
    assertThat(message.properties().replyTo()).isEmpty();
  }

  @Test
  void a_body_of_several_frames_arrives_whole() throws Exception {
    ServiceRuntime runtime = stage.start(service);
    byte[] large = new byte[3_000_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 31);
    }

    runtime.events().send("p.bytes", large);

    assertThat((byte[]) next()).isEqualTo(large);
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json", "", "null", "{\"id\":7,\"amount\":\"many\"}", "[1]"})
  void a_payload_that_cannot_be_decoded_is_dead_at_once(String body) throws Exception {
    Orders orders = new Orders();
    ServiceRuntime runtime = stage.start(orders);

    stage.publish("p.record", body);

    GetResponse letter = stage.takeDeadLetter();
    assertThat((String) Stage.header(letter, "pipeforce-reason"))
        .startsWith("undecodable payload: the body is ")
        .contains("Order");
    assertThat(Stage.header(letter, "pipeforce-attempts")).isEqualTo(1);
    assertThat(Stage.text(letter)).isEqualTo(body);
    Stage.awaitLedger(runtime, "Orders.take", deliveries -> deliveries.dead() == 1);
    assertThat(runtime.ledger().get("Orders.take").retried()).isZero();
    assertThat(orders.got).isEmpty();
  }
}
