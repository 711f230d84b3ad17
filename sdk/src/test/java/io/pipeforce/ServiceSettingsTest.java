package io.pipeforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceSettingsTest {
  private final Map<String, String> environment =
      new HashMap<>(Map.of("PIPEFORCE_SERVICE", "hello", "PIPEFORCE_NAMESPACE", "local"));

  private ServiceSettings settings() {
    return ServiceSettings.from(environment);
  }

  @Test
  void a_name_and_a_namespace_are_enough() {
    ServiceSettings settings = settings();

    assertThat(settings.broker()).isEqualTo(BrokerAddress.of("127.0.0.1", 5672));
    assertThat(settings.exchange()).isEqualTo("pipeforce.topic.default");
    assertThat(settings.deadLetterQueue()).isEqualTo("pipeforce_default_dlq");
    assertThat(settings.queuePrefix()).isEqualTo("pipeforce.service.hello");
    assertThat(settings.instance()).isEqualTo("hello.svc.cluster.local");
    assertThat(settings.hubUrl()).isEqualTo("http://hub.local.svc.cluster.local");
    assertThat(settings.healthPort()).isEqualTo(8090);
  }

  @Test
  void outside_of_a_cluster_the_hub_belongs_to_the_instance() {
    environment.put("PIPEFORCE_DOMAIN", "example.org");

    assertThat(settings().hubUrl()).isEqualTo("https://hub-hello.example.org");
  }

  @Test
  void a_missing_service_and_namespace_are_named_together() {
    environment.clear();

    ConfigurationException e = catchThrowableOfType(ConfigurationException.class, this::settings);

    assertThat(e.problems()).hasSize(2);
    assertThat(e.problems().get(0)).startsWith("PIPEFORCE_SERVICE is not set");
    assertThat(e.problems().get(1)).contains("PIPEFORCE_NAMESPACE").contains("PIPEFORCE_INSTANCE");
  }

  @Test
  void an_instance_does_instead_of_a_namespace() {
    environment.remove("PIPEFORCE_NAMESPACE");
    environment.put("PIPEFORCE_INSTANCE", "hello.acme.example.org");

    assertThat(settings().instance()).isEqualTo("hello.acme.example.org");
  }

  @Test
  void the_broker_is_a_host_a_host_and_port_or_a_uri() {
    environment.put("PIPEFORCE_MESSAGE_BROKER", "rabbit");
    assertThat(settings().broker()).isEqualTo(BrokerAddress.of("rabbit", 5672));
    environment.put("PIPEFORCE_MESSAGE_BROKER", "rabbit:5673");
    assertThat(settings().broker()).isEqualTo(BrokerAddress.of("rabbit", 5673));
    environment.put("PIPEFORCE_MESSAGE_BROKER", "amqps://me:s%40cret@rabbit/orders%2Feu");
    assertThat(settings().broker())
        .isEqualTo(new BrokerAddress("rabbit", 5671, "me", "s@cret", "orders/eu", true));
  }

  @Test
  void the_nodes_of_a_cluster_are_separated_by_commas() {
    environment.put("PIPEFORCE_MESSAGE_BROKER", "one, two:5673,[::1]:5674");
    assertThat(settings().broker().nodes())
        .extracting(BrokerAddress.Node::toString)
        .containsExactly("one:5672", "two:5673", "[::1]:5674");

    environment.put("PIPEFORCE_MESSAGE_BROKER", "amqps://me:a,b@one,two:5673/orders,eu");
    BrokerAddress address = settings().broker();
    assertThat(address)
        .isEqualTo(
            new BrokerAddress(
                List.of(new BrokerAddress.Node("one", 5671), new BrokerAddress.Node("two", 5673)),
                "me",
                "a,b",
                "orders,eu",
                true));
    assertThat(address.display()).isEqualTo("amqps://me@one:5671,two:5673/orders%2Ceu");
    assertThat(BrokerAddress.parse("amqp://me@one,two:1").display())
        .isEqualTo("amqp://me@one:5672,two:1");

    environment.put("PIPEFORCE_MESSAGING_PORT", "9");
    assertThat(settings().broker().nodes())
        .extracting(BrokerAddress.Node::port)
        .containsExactly(9, 9);
  }

  @Test
  void an_empty_node_of_a_cluster_is_refused_without_the_password() {
    environment.put("PIPEFORCE_MESSAGE_BROKER", "amqp://me:secret@one,/vhost");

    assertThatThrownBy(this::settings)
        .hasMessageContaining("'one,/vhost'")
        .hasMessageContaining("HOST:PORT,HOST:PORT")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void the_newer_names_do_the_same() {
    environment.put("PIPEFORCE_MESSAGING_HOST", "rabbit");
    environment.put("PIPEFORCE_MESSAGING_PORT", "5673");
    environment.put("PIPEFORCE_MESSAGING_USERNAME", "me");
    environment.put("PIPEFORCE_MESSAGING_PASSWORD", "secret");

    assertThat(settings().broker())
        .isEqualTo(new BrokerAddress("rabbit", 5673, "me", "secret", "/", false));
  }

  @Test
  void every_wrong_value_is_named_with_what_was_expected() {
    environment.put("PIPEFORCE_MESSAGE_BROKER", "http://me:secret@rabbit");
    environment.put("PIPEFORCE_HEALTH_PORT", "90000");
    environment.put("PIPEFORCE_MESSAGING_PREFETCH", "many");

    ConfigurationException e = catchThrowableOfType(ConfigurationException.class, this::settings);

    assertThat(e.problems())
        .anySatisfy(problem ->
            assertThat(problem).startsWith("PIPEFORCE_MESSAGE_BROKER: ").contains("HOST:PORT"))
        .anySatisfy(problem ->
            assertThat(problem)
                .isEqualTo(
                    "PIPEFORCE_HEALTH_PORT: expected a whole number from 0 to 65535, was:"
                        + " 90000"))
        .anySatisfy(problem -> assertThat(problem).contains("PIPEFORCE_MESSAGING_PREFETCH"))
        .hasSize(3);
    assertThat(e.getMessage()).doesNotContain("secret");
  }

  @Test
  void secrets_are_never_printed() {
    environment.put("PIPEFORCE_MESSAGE_BROKER", "amqp://me:hidden@rabbit");
    environment.put("PIPEFORCE_SECRET", "Apitoken hidden");

    assertThat(settings().toString() + settings().broker()).doesNotContain("hidden");
  }

  @Test
  void reserved_headers_and_long_keys_are_refused() {
    assertThatThrownBy(() -> OutgoingMessage.of("k", "v").withHeader("pipeforce-key", "x"))
        .hasMessageContaining("reserved");
    assertThatThrownBy(() -> OutgoingMessage.of("k".repeat(256), "v"))
        .hasMessageContaining("at most 255 bytes");
  }
}
