package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pipeforce.ConfigurationException;
import io.pipeforce.hub.HubOptions;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a hub on a cluster takes from its environment. */
class ClusterHubTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PIPEFORCE_NAMESPACE", "shop",
          "PIPEFORCE_HUB_SECRET", "a secret of some length",
          "PIPEFORCE_MESSAGE_BROKER", "amqp://hub:word@rabbitmq:5672");

  private static HubOptions with(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.putAll(more);
    return ClusterHub.options("0.0.0.0", 8080, null, Optional.empty(), environment);
  }

  @Test
  void it_is_called_as_the_service_of_its_namespace_is() {
    HubOptions options = with(Map.of());

    assertThat(options.address().url()).contains(URI.create("http://hub.shop.svc.cluster.local"));
    assertThat(options.address().names())
        .containsExactlyInAnyOrder("hub", "hub.shop", "hub.shop.svc", "hub.shop.svc.cluster.local");
    assertThat(options.namespace()).isEqualTo("shop");
    assertThat(options.management()).isEqualTo(URI.create("http://rabbitmq:15672"));
    assertThat(options.awaitsBroker()).isTrue();
    assertThat(options.toString()).doesNotContain("secret").doesNotContain("word");
  }

  @Test
  void it_is_called_by_its_ingress_where_there_is_a_domain() {
    HubOptions options =
        with(
            Map.of(
                "PIPEFORCE_DOMAIN", "example.org",
                "PIPEFORCE_HUB_URL", "https://hub-shop.example.org/"));

    assertThat(options.address().url()).contains(URI.create("https://hub-shop.example.org"));
    assertThat(options.address().names()).contains("hub-shop.example.org", "hub.shop");
  }

  @Test
  void all_that_is_missing_is_told_at_once_and_no_secret() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() ->
            ClusterHub.options(
                "0.0.0.0",
                8080,
                null,
                Optional.empty(),
                Map.of("PIPEFORCE_HUB_SECRET", "short", "PIPEFORCE_HUB_URL", "hub")))
        .satisfies(e ->
            assertThat(e.problems())
                .satisfiesExactly(
                    one -> assertThat(one).startsWith("PIPEFORCE_NAMESPACE is missing"),
                    one ->
                        assertThat(one)
                            .isEqualTo(
                                "PIPEFORCE_HUB_SECRET is too short: the password of the hub's user,"
                                    + " 16 letters at least"),
                    one -> assertThat(one).startsWith("PIPEFORCE_MESSAGE_BROKER is missing"),
                    one -> assertThat(one).startsWith("PIPEFORCE_HUB_URL must be")));
  }
}
