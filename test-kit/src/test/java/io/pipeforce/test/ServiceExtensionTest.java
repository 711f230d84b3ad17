package io.pipeforce.test;

import static io.pipeforce.test.ServiceTest.BrokerChoice.DEV;
import static io.pipeforce.test.ServiceTest.BrokerChoice.ENVIRONMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.BrokerAddress;
import io.pipeforce.ServiceSettings;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceExtensionTest {
  private static final Map<String, String> CLUSTER =
      Map.of(
          "PIPEFORCE_SERVICE", "hello",
          "PIPEFORCE_NAMESPACE", "acme",
          "PIPEFORCE_INSTANCE", "hello.acme",
          "PIPEFORCE_MESSAGE_BROKER", "rabbitmq.acme",
          "PIPEFORCE_MESSAGING_PASSWORD", "secret",
          "PIPEFORCE_MESSAGING_DEFAULT_TOPIC", "acme.topic",
          "PIPEFORCE_MESSAGING_DEFAULT_DLQ", "acme.dead",
          "PIPEFORCE_HEALTH_PORT", "8090");

  private static ServiceSettings settings(
      ServiceTest.BrokerChoice choice, Map<String, String> environment) {
    return ServiceExtension.settings(
        "HelloIT", choice, environment, () -> URI.create("amqp://guest:guest@127.0.0.1:1"));
  }

  @Test
  void in_an_environment_the_test_uses_its_broker_and_exchange_but_queues_of_its_own() {
    ServiceSettings settings = settings(ENVIRONMENT, CLUSTER);

    assertThat(settings.broker())
        .isEqualTo(BrokerAddress.of("rabbitmq.acme", 5672).withLogin("guest", "secret"));
    assertThat(settings.namespace()).isEqualTo("acme");
    assertThat(settings.exchange()).isEqualTo("acme.topic");
    assertThat(settings.service()).startsWith("test.HelloIT.");
    assertThat(settings.instance()).startsWith("test.HelloIT.");
    assertThat(settings.queuePrefix()).isEqualTo("pipeforce." + settings.service());
    assertThat(settings.deadLetterQueue()).isEqualTo("pipeforce." + settings.service() + ".dead");
    assertThat(settings.healthPort()).isZero();
  }

  @Test
  void without_a_broker_in_the_environment_a_dev_broker_is_used() {
    assertThat(settings(ENVIRONMENT, Map.of()).broker())
        .isEqualTo(BrokerAddress.of("127.0.0.1", 1));
  }

  @Test
  void a_test_that_does_not_ask_for_the_environment_never_touches_it() {
    ServiceSettings settings = settings(DEV, CLUSTER);

    assertThat(settings.broker()).isEqualTo(BrokerAddress.of("127.0.0.1", 1));
    assertThat(settings.namespace()).isEqualTo("test");
    assertThat(settings.exchange()).isEqualTo("pipeforce.topic.default");
  }

  @Test
  void two_tests_never_share_a_queue() {
    assertThat(settings(DEV, Map.of()).queuePrefix())
        .isNotEqualTo(settings(DEV, Map.of()).queuePrefix());
  }
}
