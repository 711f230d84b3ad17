package io.pipeforce.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipeforce.BaseService;
import io.pipeforce.ConfigurationException;
import io.pipeforce.Context;
import io.pipeforce.DeadLetterException;
import io.pipeforce.Event;
import io.pipeforce.Message;
import io.pipeforce.MessageProperties;
import io.pipeforce.OutgoingMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HandlersTest {
  private final PayloadCodec codec = new PayloadCodec();

  public record Item(String name, int count) {}

  /** One handler for each kind of argument; each keeps what it got. */
  public static class Takes extends BaseService {
    final List<Object> got = new ArrayList<>();

    @Event("k")
    public void text(String body) {
      got.add(body);
    }

    @Event("k")
    public void bytes(byte[] body) {
      got.add(new String(body, StandardCharsets.UTF_8));
    }

    @Event("k")
    public void typed(Item item) {
      got.add(item);
    }

    @Event("k")
    public void list(List<Item> items) {
      got.add(items);
    }

    @Event("k")
    public void map(Map<String, Object> map) {
      got.add(map);
    }

    @Event("k")
    public void tree(JsonNode node) {
      got.add(node.get("name").asString());
    }

    @Event("k")
    public void number(int number) {
      got.add(number);
    }

    @Event("k")
    public void all(Context context, Item item, Message message) {
      got.add(List.of(context.attempt(), item, message.key()));
    }

    @Event("k")
    public void nothing() {
      got.add("nothing");
    }
  }

  private Outcome call(BaseService service, String method, String body) {
    return call(service, method, body, MessageProperties.NONE);
  }

  private Outcome call(
      BaseService service, String method, String body, MessageProperties properties) {
    HandlerMethod handler =
        Handlers.of(List.of(service), codec).stream()
            .filter(candidate -> candidate.name().endsWith("." + method))
            .findFirst()
            .orElseThrow();
    Message message =
        new Message("x", "k", Map.of(), properties, body.getBytes(StandardCharsets.UTF_8));
    return handler.call(new DeliveryContext(message, 2, Instant.MAX, Map.of()));
  }

  @Test
  void arguments_are_chosen_by_type() {
    Takes service = new Takes();
    String json = "{\"name\":\"pen\",\"count\":3}";

    call(service, "text", json);
    call(service, "bytes", "abc");
    call(service, "typed", json);
    call(service, "list", "[" + json + "]");
    call(service, "map", json);
    call(service, "tree", json);
    call(service, "number", "7");
    call(service, "all", json);
    call(service, "nothing", "whatever");

    Item pen = new Item("pen", 3);
    assertThat(service.got)
        .containsExactly(
            json,
            "abc",
            pen,
            List.of(pen),
            Map.of("name", "pen", "count", 3),
            "pen",
            7,
            List.of(2, pen, "k"),
            "nothing");
  }

  @Test
  void text_is_read_in_the_charset_of_the_content_type() {
    Takes service = new Takes();
    HandlerMethod handler =
        Handlers.of(List.of(service), codec).stream()
            .filter(candidate -> candidate.name().equals("Takes.text"))
            .findFirst()
            .orElseThrow();
    byte[] latin = "Grüße".getBytes(StandardCharsets.ISO_8859_1);

    handler.call(
        new DeliveryContext(
            new Message(
                "x",
                "k",
                Map.of(),
                MessageProperties.ofContentType("text/plain; charset=\"ISO-8859-1\""),
                latin),
            1,
            Instant.MAX,
            Map.of()));

    assertThat(service.got).containsExactly("Grüße");
  }

  @Test
  void an_undecodable_body_is_dead_and_says_where() {
    Outcome outcome = call(new Takes(), "typed", "{\"name\": oops}");

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Dead.class,
            dead ->
                assertThat(dead.reason())
                    .startsWith("undecodable payload: the body is no Item: ")
                    .contains("oops")
                    .contains("line 1, column"));
    assertThat(call(new Takes(), "typed", "")).isInstanceOf(Outcome.Dead.class);
    assertThat(call(new Takes(), "typed", "null")).isInstanceOf(Outcome.Dead.class);
    assertThat(
            call(
                new Takes(),
                "text",
                "x",
                MessageProperties.ofContentType("text/plain; charset=klingon")))
        .isInstanceOf(Outcome.Dead.class);
  }

  public static class Answers extends BaseService {
    @Event("k")
    public String returns(String body) {
      return body + "!";
    }

    @Event("k")
    public void publishes(Context context) {
      context.publish("a", 1);
      context.publish(OutgoingMessage.of("b", 2).withHeader("h", "v"));
      context.reply("done");
    }

    @Event("k")
    public void fails(String body) throws Exception {
      throw new java.io.IOException("disk");
    }

    @Event("k")
    public void givesUp(String body) {
      throw new DeadLetterException("no such customer");
    }

    @Event("k")
    public void overflows(String body) {
      throw new StackOverflowError();
    }
  }

  private static MessageProperties request() {
    return new MessageProperties(
        Optional.empty(),
        Optional.empty(),
        Optional.of("id"),
        Optional.of("answers"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void a_return_value_answers_a_request_and_is_nothing_otherwise() {
    assertThat(call(new Answers(), "returns", "hi", request()))
        .isEqualTo(new Outcome.Done(List.of(), Optional.of("hi!")));
    assertThat(call(new Answers(), "returns", "hi")).isEqualTo(Outcome.Done.PLAIN);
  }

  @Test
  void what_a_handler_publishes_is_part_of_its_outcome() {
    assertThat(call(new Answers(), "publishes", "", request()))
        .isEqualTo(
            new Outcome.Done(
                List.of(
                    OutgoingMessage.of("a", 1), OutgoingMessage.of("b", 2).withHeader("h", "v")),
                Optional.of("done")));
  }

  @Test
  void a_reply_to_nobody_is_a_failure_that_says_so() {
    assertThat(call(new Answers(), "publishes", ""))
        .isInstanceOfSatisfying(
            Outcome.Retry.class,
            retry -> assertThat(retry.error()).hasMessageContaining("has no reply_to"));
  }

  @Test
  void exceptions_and_errors_of_a_handler_become_outcomes() {
    assertThat(call(new Answers(), "fails", "")).isInstanceOf(Outcome.Retry.class);
    assertThat(call(new Answers(), "overflows", "")).isInstanceOf(Outcome.Retry.class);
    assertThat(call(new Answers(), "givesUp", ""))
        .isInstanceOfSatisfying(
            Outcome.Dead.class, dead -> assertThat(dead.reason()).isEqualTo("no such customer"));
  }

  public static class Wrong extends BaseService {
    @Event("order.cre*")
    public void badPattern(String body) {}

    @Event("k")
    public void threads(Thread thread) {}

    @Event("k")
    public void two(String body, Item item) {}

    @Event(value = "k", maxDuration = "soon")
    public void duration(String body) {}

    @Event("k")
    void hidden(String body) {}

    @Event("k")
    public void same(String body) {}

    @Event("k")
    public void same(byte[] body) {}
  }

  @Test
  void everything_that_is_wrong_is_reported_together() {
    ConfigurationException e =
        catchThrowableOfType(
            ConfigurationException.class, () -> Handlers.of(List.of(new Wrong()), codec));

    assertThat(e.problems())
        .hasSize(6)
        .anySatisfy(problem ->
            assertThat(problem)
                .startsWith("Wrong.badPattern(String): ")
                .contains("wildcard inside the word 'cre*'"))
        .anySatisfy(problem ->
            assertThat(problem)
                .isEqualTo(
                    "Wrong.threads(Thread): no way to pass a Thread; take the payload type,"
                        + " Message or Context"))
        .anySatisfy(problem ->
            assertThat(problem).startsWith("Wrong.two(String, Item): ").contains("one payload"))
        .anySatisfy(problem ->
            assertThat(problem).startsWith("Wrong.duration(String): ").contains("'soon'"))
        .anySatisfy(
            problem -> assertThat(problem).startsWith("Wrong.hidden(String): ").contains("public"))
        .anySatisfy(
            problem -> assertThat(problem).startsWith("Wrong.same(").contains("another handler"));
  }
}
