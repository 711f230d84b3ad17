package io.pipeforce.broker.contract;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The topology as a document: export and import over the management HTTP API. */
class DefinitionsTest extends ManagementContract {

  @Test
  @Differs(on43 = "the bindings of exclusive queues are exported, too")
  void exchanges_queues_and_bindings_are_exported_unless_exclusive_or_predefined()
      throws Exception {
    String exchange = exchange("topic", "alternate-exchange", "amq.fanout");
    String queue = queue("x-max-length", 7);
    String exclusive = passingName("exclusive");
    channel.queueDeclare(exclusive, false, true, false, Map.of());
    channel.queueBind(queue, exchange, "order.*", Map.of("note", "x"));
    channel.queueBind(exclusive, exchange, "order.*");

    JsonNode definitions = found("/definitions");

    assertThat(definitions.get("rabbit_version").asString()).isNotEmpty();
    JsonNode exportedQueue = named(definitions.get("queues"), queue);
    assertThat(exportedQueue.get("vhost").asString()).isEqualTo("/");
    assertThat(exportedQueue.get("durable").asBoolean()).isTrue();
    assertThat(exportedQueue.path("auto_delete").asBoolean(false)).isFalse();
    assertThat(exportedQueue.get("arguments").get("x-max-length").asInt()).isEqualTo(7);
    JsonNode exportedExchange = named(definitions.get("exchanges"), exchange);
    assertThat(exportedExchange.get("type").asString()).isEqualTo("topic");
    assertThat(exportedExchange.path("internal").asBoolean(false)).isFalse();
    assertThat(exportedExchange.get("arguments").get("alternate-exchange").asString())
        .isEqualTo("amq.fanout");
    assertThat(named(definitions.get("queues"), exclusive).isMissingNode()).isTrue();
    assertThat(named(definitions.get("exchanges"), "amq.topic").isMissingNode()).isTrue();
    List<JsonNode> bindings =
        definitions
            .get("bindings")
            .valueStream()
            .filter(binding -> binding.get("source").asString().equals(exchange))
            .sorted(comparing(binding -> binding.get("destination").asString().equals(exclusive)))
            .toList();
    // 4.3 writes the binding of an exclusive queue too.
    assertThat(bindings).hasSize(is43() ? 2 : 1);
    assertThat(bindings.getFirst())
        .isEqualTo(
            JSON.readTree(
                """
                {"source":"%s","vhost":"/","destination":"%s","destination_type":"queue",
                 "routing_key":"order.*","arguments":{"note":"x"}}\
                """
                    .formatted(exchange, queue)));
  }

  @Test
  void the_definitions_of_a_virtual_host_name_none() throws Exception {
    String queue = queue();

    JsonNode exported = named(found("/definitions/%2F").get("queues"), queue);

    assertThat(exported.get("name").asString()).isEqualTo(queue);
    assertThat(exported.has("vhost")).isFalse();
  }

  @Test
  void what_was_exported_can_be_imported_again() throws Exception {
    String exchange = exchange("topic");
    String inner = exchange("fanout");
    String queue = quorumQueue("x-delivery-limit", 3);
    channel.queueBind(queue, inner, "");
    channel.exchangeBind(inner, exchange, "order.#");
    String exported = exportOf(exchange, inner, queue);
    channel.queueDelete(queue);
    channel.exchangeDelete(exchange);
    channel.exchangeDelete(inner);

    assertThat(importing(exported).status()).isEqualTo(204);

    publish(exchange, "order.new", "hello");
    assertThat(take(queue)).isEqualTo("hello");
    assertThat(exportOf(exchange, inner, queue)).isEqualTo(exported);
  }

  /** The definitions that concern these. */
  private String exportOf(String... names) throws Exception {
    JsonNode all = found("/definitions");
    ObjectNode ours = JSON.createObjectNode();
    for (String kind : List.of("queues", "exchanges", "bindings")) {
      ArrayNode kept = ours.putArray(kind);
      all.get(kind)
          .valueStream()
          .filter(each ->
              List.of(names).contains(each.path("name").asString(each.path("source").asString(""))))
          .sorted((a, b) -> a.toString().compareTo(b.toString()))
          .forEach(kept::add);
    }
    return ours.toString();
  }

  private Answer importing(String definitions) throws Exception {
    return call("POST", "/definitions", definitions, GUEST);
  }

  @Test
  void an_import_leaves_what_is_there_as_it_is() throws Exception {
    String queue = queue("x-max-length", 5);
    send(queue, "kept");

    Answer answer =
        importing(
            """
            {"queues":[{"name":"%s","vhost":"/","durable":false,"auto_delete":true,"arguments":{}}]}\
            """
                .formatted(queue));

    assertThat(answer.status()).isEqualTo(204);
    assertThat(found("/queues/%2F/" + queue).get("durable").asBoolean()).isTrue();
    assertThat(take(queue)).isEqualTo("kept");
  }

  @Test
  void an_import_into_a_virtual_host_needs_no_names_of_it() throws Exception {
    String queue = name("queue");

    Answer answer =
        call(
            "POST",
            "/definitions/%2F",
            """
            {"queues":[{"name":"%s","durable":true,"auto_delete":false,"arguments":{}}]}\
            """
                .formatted(queue),
            GUEST);

    assertThat(answer.status()).isEqualTo(204);
    assertThat(ready(queue)).isZero();
  }

  @Test
  @Differs(on310 = "the reason is another")
  void a_virtual_host_that_is_not_there_fails_the_import() throws Exception {
    Answer answer =
        importing(
            """
            {"queues":[{"name":"q","vhost":"nowhere","durable":true,"auto_delete":false,"arguments":{}}]}\
            """);

    assertThat(answer.status()).isEqualTo(400);
    if (is310()) {
      return;
    }
    assertThat(answer.body().get("reason").asString())
        .isEqualTo("Please create virtual host \"nowhere\" prior to importing definitions.");
  }

  @Test
  @Differs(on310 = "the binding is left out")
  void a_binding_to_what_is_missing_fails_the_import() throws Exception {
    String missing = name("missing");

    Answer answer =
        importing(
            """
            {"bindings":[{"source":"amq.topic","vhost":"/","destination":"%s","destination_type":"queue",
             "routing_key":"","arguments":{}}]}\
            """
                .formatted(missing));

    assertThat(answer.status()).isEqualTo(is310() ? 204 : 400);
    if (!is310()) {
      assertThat(reason(answer)).contains("not_found", "queue", missing);
    }
  }

  @Test
  @Differs(on310 = "the reason does not name it")
  void an_argument_that_is_refused_fails_the_import() throws Exception {
    String queue = name("queue");

    Answer answer =
        importing(
            """
            {"queues":[{"name":"%s","vhost":"/","durable":true,"auto_delete":false,
             "arguments":{"x-max-length":"a"}}]}\
            """
                .formatted(queue));

    assertThat(answer.status()).isEqualTo(400);
    if (!is310()) {
      assertThat(reason(answer)).contains("x-max-length", queue);
    }
    assertThat(call("GET", "/queues/%2F/" + queue, null, GUEST).status()).isEqualTo(404);
  }

  @Test
  void a_document_that_is_no_object_fails_the_import() throws Exception {
    assertThat(importing("[]").status()).isEqualTo(400);
    assertThat(importing("oops").status()).isEqualTo(400);
  }

  @Test
  void definitions_can_be_downloaded_as_a_file() throws Exception {
    Answer answer = get("/definitions?download=all.json", 200);

    assertThat(answer.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename=all.json");
  }
}
