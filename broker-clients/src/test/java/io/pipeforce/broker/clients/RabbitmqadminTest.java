package io.pipeforce.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.pipeforce.test.internal.RealParts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** RabbitMQ's own command line for the management API, as Debian ships it. */
class RabbitmqadminTest extends OnBothBrokers {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @BeforeAll
  static void rabbitmqadmin_is_there() {
    RealParts.here().assume("rabbitmqadmin");
  }

  @Test
  void it_declares_lists_and_deletes_exchanges_queues_and_bindings() throws Exception {
    assertThat(admin("declare", "exchange", "name=" + name + ".e", "type=topic"))
        .isEqualTo("exchange declared\n");
    assertThat(
            admin(
                "declare",
                "queue",
                "name=" + name + ".q",
                "durable=true",
                "arguments={\"x-max-length\":5,\"x-dead-letter-exchange\":\"\"}"))
        .isEqualTo("queue declared\n");
    assertThat(admin("declare", "queue", "name=" + name + ".qq", "queue_type=quorum"))
        .isEqualTo("queue declared\n");
    assertThat(bind(".q", "a.#")).isEqualTo("binding declared\n");

    assertThat(listed("exchanges", "name", "type", "durable", "auto_delete"))
        .containsExactly(name + ".e\ttopic\tTrue\tFalse");
    assertThat(listed("queues", "name", "type", "durable", "arguments.x-max-length"))
        .containsExactly(name + ".q\tclassic\tTrue\t5", name + ".qq\tquorum\tTrue\t");
    assertThat(listed("bindings", "source", "destination", "routing_key", "properties_key"))
        .containsExactlyInAnyOrder(
            "\t%s.q\t%s.q\t%s.q".formatted(name, name, name),
            "\t%s.qq\t%s.qq\t%s.qq".formatted(name, name, name),
            "%s.e\t%s.q\ta.#\ta.%%23".formatted(name, name));

    assertThat(
            admin(
                "delete",
                "binding",
                "source=" + name + ".e",
                "destination_type=queue",
                "destination=" + name + ".q",
                "properties_key=a.%23"))
        .isEqualTo("binding deleted\n");
    assertThat(admin("delete", "queue", "name=" + name + ".q")).isEqualTo("queue deleted\n");
    assertThat(admin("delete", "queue", "name=" + name + ".qq")).isEqualTo("queue deleted\n");
    assertThat(admin("delete", "exchange", "name=" + name + ".e")).isEqualTo("exchange deleted\n");
    for (String kind : List.of("exchanges", "queues")) {
      assertThat(listed(kind, "name")).isEmpty();
    }
    assertThat(listed("bindings", "source", "destination")).isEmpty();
  }

  @Test
  void it_publishes_gets_and_purges_messages() throws Exception {
    admin("declare", "exchange", "name=" + name + ".e", "type=topic");
    admin("declare", "queue", "name=" + name + ".q");
    bind(".q", "a.#");

    assertThat(publish("exchange=" + name + ".e", "routing_key=a.b", "payload=one"))
        .isEqualTo("Message published\n");
    assertThat(
            publish(
                "routing_key=" + name + ".q",
                "payload=dHdv",
                "payload_encoding=base64",
                "properties={\"content_type\":\"text/plain\",\"headers\":{\"n\":2}}"))
        .isEqualTo("Message published\n");
    assertThat(publish("exchange=" + name + ".e", "routing_key=b", "payload=lost"))
        .isEqualTo("Message published but NOT routed\n");

    String[] first = {
      "|routing_key|exchange|message_count|payload|payload_bytes|payload_encoding|properties|redelivered|",
      "|a.b|%s.e|1|one|3|string||False|".formatted(name)
    };
    assertThat(cells(admin("get", "queue=" + name + ".q"))).containsExactly(first);
    first[1] = first[1].replace("False", "True");
    assertThat(cells(admin("get", "queue=" + name + ".q", "ackmode=ack_requeue_false")))
        .containsExactly(first);

    JsonNode second =
        JsonMapper.shared()
            .readTree(admin("--format=raw_json", "get", "queue=" + name + ".q", "count=5"));
    assertThat(second).hasSize(1);
    assertThat(second.get(0).get("payload").asString()).isEqualTo("two");
    assertThat(second.get(0).get("properties"))
        .isEqualTo(
            JsonMapper.shared()
                .readTree("{\"content_type\":\"text/plain\",\"headers\":{\"n\":2}}"));

    assertThat(admin("purge", "queue", "name=" + name + ".q")).isEqualTo("queue purged\n");
    assertThat(admin("get", "queue=" + name + ".q")).isEqualTo("No items\n");
  }

  /** The lines of a table, however wide its columns are. */
  private static List<String> cells(String table) {
    return table
        .lines()
        .filter(line -> line.startsWith("|"))
        .map(line -> line.replace(" ", ""))
        .toList();
  }

  @Test
  void it_lists_what_a_broker_is_made_of() throws Exception {
    assertThat(tsv("list", "vhosts", "name")).contains("/");
    assertThat(tsv("list", "users", "name", "tags")).contains("guest\tadministrator");
    assertThat(tsv("list", "permissions", "vhost", "user", "configure", "write", "read"))
        .contains("/\tguest\t.*\t.*\t.*");
    assertThat(tsv("list", "nodes", "type", "running")).containsExactly("disc\tTrue");
    for (String kind : List.of("parameters", "policies", "operator_policies", "vhost_limits")) {
      assertThat(listed(kind, "name")).as(kind).isEmpty();
    }
    assertThat(tsv("show", "overview", "rabbitmq_version", "product_name"))
        .first()
        .asString()
        .matches("4\\.0\\.\\d+\tRabbitMQ");
  }

  @Test
  void it_counts_the_messages_of_the_queues_and_sees_who_consumes_them() throws Exception {
    admin("declare", "queue", "name=" + name + ".q");
    publish("routing_key=" + name + ".q", "payload=one");
    publish("routing_key=" + name + ".q", "payload=two");
    awaitListed("queues", List.of("name", "messages"), List.of(name + ".q\t2"));

    try (Connection connection = connect();
        var channel = connection.createChannel()) {
      channel.basicQos(1);
      channel.basicConsume(name + ".q", false, name + ".tag", (_, _) -> {}, _ -> {});

      awaitListed(
          "queues",
          List.of("name", "messages_ready", "messages_unacknowledged", "consumers"),
          List.of(name + ".q\t1\t1\t1"));
      awaitListed(
          "consumers",
          List.of("queue.name", "consumer_tag", "ack_required", "prefetch_count"),
          List.of("%s.q\t%s.tag\tTrue\t1".formatted(name, name)));
      awaitListed(
          "connections",
          List.of("user_provided_name", "user", "protocol", "state", "channels"),
          List.of(name + "\tguest\tAMQP 0-9-1\trunning\t1"));
    }
  }

  @Test
  void it_closes_a_connection() throws Exception {
    Connection connection = connect();
    String row =
        awaitListed("connections", List.of("user_provided_name", "name"), rows -> rows.size() == 1)
            .getFirst();

    assertThat(admin("close", "connection", "name=" + row.split("\t", -1)[1]))
        .isEqualTo("connection closed\n");

    await().atMost(PATIENCE).until(() -> !connection.isOpen());
    assertThat(connection.getCloseReason())
        .hasMessageContaining("CONNECTION_FORCED - Closed via management plugin");
  }

  @Test
  void what_it_exported_it_can_import_again() throws Exception {
    admin("declare", "exchange", "name=" + name + ".e", "type=topic");
    admin("declare", "queue", "name=" + name + ".q", "arguments={\"x-message-ttl\":60000}");
    bind(".q", "a.#");
    Path file = folder.resolve("definitions.json");

    assertThat(admin("export", file.toString())).startsWith("Exported definitions for ");
    // Others work on the same broker: what they have deleted since must stay so.
    keepOnlyOurs(file);
    admin("delete", "queue", "name=" + name + ".q");
    admin("delete", "exchange", "name=" + name + ".e");

    assertThat(admin("import", file.toString())).startsWith("Uploaded definitions from ");
    assertThat(listed("exchanges", "name", "type")).containsExactly(name + ".e\ttopic");
    assertThat(listed("queues", "name", "arguments.x-message-ttl"))
        .containsExactly(name + ".q\t60000");
    assertThat(listed("bindings", "source", "destination", "routing_key"))
        .contains("%s.e\t%s.q\ta.#".formatted(name, name));
  }

  private void keepOnlyOurs(Path file) throws Exception {
    ObjectNode all = (ObjectNode) JsonMapper.shared().readTree(Files.readString(file));
    ObjectNode ours = JsonMapper.shared().createObjectNode();
    for (String kind : List.of("exchanges", "queues", "bindings")) {
      ArrayNode kept = ours.putArray(kind);
      for (JsonNode each : all.get(kind)) {
        if (each.path("name").asString(each.path("source").asString("")).startsWith(name)) {
          kept.add(each);
        }
      }
    }
    Files.writeString(file, ours.toString());
  }

  @Test
  void it_says_what_the_broker_refuses_and_why() throws Exception {
    admin("declare", "queue", "name=" + name + ".q", "durable=true");

    assertThat(refused("declare", "queue", "name=" + name + ".q", "durable=false"))
        .isEqualTo(
            "*** inequivalent arg 'durable' for queue '%s.q' in vhost '/': received 'false' but current is 'true'"
                .formatted(name));
    assertThat(refused("declare", "exchange", "name=" + name + ".e", "type=nonsense"))
        .isEqualTo("*** unknown exchange type 'nonsense'");
    assertThat(
            refused("declare", "queue", "name=" + name + ".x", "arguments={\"x-max-length\":-1}"))
        .isEqualTo(
            "*** invalid arg 'x-max-length' for queue '%s.x' in vhost '/': {value_negative,-1}"
                .formatted(name));
    assertThat(refused("declare", "exchange", "name=amq.mine", "type=direct"))
        .isEqualTo("*** Access refused: /api/exchanges/%2F/amq.mine");
    assertThat(refused("delete", "exchange", "name=amq.direct"))
        .isEqualTo("*** Access refused: /api/exchanges/%2F/amq.direct");
    assertThat(refused("publish", "exchange=" + name, "routing_key=x", "payload=y"))
        .isEqualTo("*** Not found: /api/exchanges/%2F/" + name + "/publish");
    assertThat(refused("delete", "queue", "name=" + name + ".none"))
        .isEqualTo("*** Not found: /api/queues/%2F/" + name + ".none");
    assertThat(refused("get", "queue=" + name + ".none"))
        .isEqualTo("*** Not found: /api/queues/%2F/" + name + ".none/get");
    assertThat(refused("close", "connection", "name=nobody"))
        .isEqualTo("*** Not found: /api/connections/nobody");
    assertThat(refused("delete", "vhost", "name=nowhere"))
        .isEqualTo("*** Not found: /api/vhosts/nowhere");
    assertThat(refused("delete", "user", "name=nobody"))
        .isEqualTo("*** Not found: /api/users/nobody");
    assertThat(refused("--password=wrong", "list", "queues"))
        .isEqualTo("*** Access refused: /api/queues?columns=name,messages");
  }

  // --- running it

  private String bind(String queue, String key) throws Exception {
    return admin(
        "declare",
        "binding",
        "source=" + name + ".e",
        "destination=" + name + queue,
        "routing_key=" + key);
  }

  private String publish(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("publish"));
    all.addAll(List.of(arguments));
    return admin(all.toArray(String[]::new));
  }

  private String admin(String... arguments) throws Exception {
    Program.Result result = run(arguments);
    assertThat(result.exit()).as("%s%n%s", List.of(arguments), result.output()).isZero();
    return result.output();
  }

  private String refused(String... arguments) throws Exception {
    Program.Result result = run(arguments);
    assertThat(result.exit()).as("%s%n%s", List.of(arguments), result.output()).isNotZero();
    return result.output().strip();
  }

  private Program.Result run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("rabbitmqadmin"));
    command.add("--host=" + broker.management().orElseThrow().getHost());
    command.add("--port=" + broker.management().orElseThrow().getPort());
    command.addAll(List.of(arguments));
    return Program.run(command, Map.of());
  }

  /** Without the line of the titles. */
  private List<String> tsv(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("--format=tsv"));
    all.addAll(List.of(arguments));
    return admin(all.toArray(String[]::new)).lines().skip(1).toList();
  }

  /** The rows that are about what this test has made. */
  private List<String> listed(String kind, String... columns) throws Exception {
    List<String> all = new ArrayList<>(List.of("list", kind));
    all.addAll(List.of(columns));
    return tsv(all.toArray(String[]::new)).stream().filter(row -> row.contains(name)).toList();
  }

  /** Statistics of RabbitMQ lag behind. */
  private List<String> awaitListed(
      String kind, List<String> columns, Predicate<List<String>> wanted) {
    return await()
        .atMost(PATIENCE)
        .until(() -> listed(kind, columns.toArray(String[]::new)), wanted);
  }

  private void awaitListed(String kind, List<String> columns, List<String> rows) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(listed(kind, columns.toArray(String[]::new))).isEqualTo(rows));
  }

  private Connection connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection(name);
  }
}
