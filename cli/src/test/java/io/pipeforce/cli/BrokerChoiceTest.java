package io.pipeforce.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipeforce.BrokerAddress;
import io.pipeforce.ConfigurationException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrokerChoiceTest {
  private static final Optional<Profile> RUNNING =
      Optional.of(new Profile("amqp://guest:guest@127.0.0.1:4001", "", "", "", 1));

  @Test
  void is_the_option_before_all_else() {
    BrokerChoice choice =
        BrokerChoice.of("host:1", Map.of("PIPEFORCE_MESSAGE_BROKER", "host:2"), RUNNING);

    assertThat(choice.address()).isEqualTo(BrokerAddress.of("host", 1));
  }

  @Test
  void is_the_environment_before_the_running_pi_dev() {
    Map<String, String> environment = Map.of("PIPEFORCE_MESSAGE_BROKER", "host:2");

    assertThat(BrokerChoice.of(null, environment, RUNNING).address())
        .isEqualTo(BrokerAddress.of("host", 2));
  }

  @Test
  void is_the_environment_in_its_newer_names_too() {
    Map<String, String> environment =
        Map.of("PIPEFORCE_MESSAGING_HOST", "host", "PIPEFORCE_MESSAGING_PORT", "3");

    assertThat(BrokerChoice.of(null, environment, RUNNING).address())
        .isEqualTo(BrokerAddress.of("host", 3));
  }

  @Test
  void is_the_running_pi_dev_before_the_default() {
    assertThat(BrokerChoice.of(null, Map.of(), RUNNING).address().port()).isEqualTo(4001);
  }

  @Test
  void is_rabbitmqs_port_on_this_machine_when_nothing_names_one() {
    assertThat(BrokerChoice.of(null, Map.of(), Optional.empty()))
        .isEqualTo(
            new BrokerChoice(BrokerAddress.of("127.0.0.1", 5672), "pipeforce.topic.default"));
  }

  @Test
  void takes_the_exchange_of_the_environment() {
    Map<String, String> environment = Map.of("PIPEFORCE_MESSAGING_DEFAULT_TOPIC", "other");

    assertThat(BrokerChoice.of("host", environment, RUNNING).exchange()).isEqualTo("other");
  }

  @Test
  void does_not_care_for_what_only_a_service_needs() {
    Map<String, String> environment =
        Map.of("PIPEFORCE_HEALTH_PORT", "nonsense", "PIPEFORCE_SERVICE", "no name");

    assertThat(BrokerChoice.of(null, environment, RUNNING).address().port()).isEqualTo(4001);
  }

  @Test
  void of_an_option_that_is_no_address_is_wrong_usage() {
    assertThatThrownBy(() -> BrokerChoice.of("http://host", Map.of(), RUNNING))
        .isInstanceOfSatisfying(
            CommandFailedException.class,
            failure -> assertThat(failure.exit()).isEqualTo(ExitCode.USAGE))
        .hasMessage(
            "--broker: cannot read the broker address 'http://host'; expected HOST, HOST:PORT or"
                + " amqp://USER:PASSWORD@HOST:PORT/VHOST, the nodes of a cluster as HOST:PORT,HOST:PORT");
  }

  @Test
  void of_an_environment_that_is_no_address_names_the_variable() {
    Map<String, String> environment = Map.of("PIPEFORCE_MESSAGE_BROKER", "http://host");

    assertThatThrownBy(() -> BrokerChoice.of(null, environment, RUNNING))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("PIPEFORCE_MESSAGE_BROKER: cannot read the broker address");
  }

  @Test
  void is_not_named_when_neither_option_nor_environment_name_one() {
    assertThat(BrokerChoice.named(null, Map.of("PIPEFORCE_MESSAGE_BROKER", " "))).isEmpty();
    assertThat(BrokerChoice.named("host", Map.of())).contains(BrokerAddress.of("host", 5672));
  }
}
