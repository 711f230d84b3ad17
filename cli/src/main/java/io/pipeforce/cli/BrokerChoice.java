package io.pipeforce.cli;

import io.pipeforce.BrokerAddress;
import io.pipeforce.ServiceSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The broker that a command speaks to.
 *
 * @param address where it is
 * @param exchange the topic exchange for events
 */
record BrokerChoice(BrokerAddress address, String exchange) {

  /**
   * What the option names; else what the environment names, as for a service; else the running
   * {@code pi dev}; else RabbitMQ's port on this machine.
   *
   * @throws CommandFailedException when the option is no address
   * @throws io.pipeforce.ConfigurationException when the environment is wrong
   */
  static BrokerChoice of(
      @Nullable String option, Map<String, String> environment, Optional<Profile> running) {
    ServiceSettings settings = ServiceSettings.from(messagingPart(environment, running));
    if (option == null) {
      return new BrokerChoice(settings.broker(), settings.exchange());
    }
    try {
      return new BrokerChoice(BrokerAddress.parse(option), settings.exchange());
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(ExitCode.USAGE, "--broker: " + e.getMessage(), e);
    }
  }

  /** Whoever sends is no service: only what says where the broker is counts. */
  private static Map<String, String> messagingPart(
      Map<String, String> environment, Optional<Profile> running) {
    Map<String, String> part = new HashMap<>();
    environment.forEach((name, value) -> {
      if (name.startsWith("PIPEFORCE_MESSAG")) {
        part.put(name, value);
      }
    });
    boolean named =
        !part.getOrDefault("PIPEFORCE_MESSAGE_BROKER", "").isBlank()
            || !part.getOrDefault("PIPEFORCE_MESSAGING_HOST", "").isBlank();
    if (!named) {
      running.ifPresent(profile -> part.put("PIPEFORCE_MESSAGE_BROKER", profile.broker()));
    }
    part.put("PIPEFORCE_SERVICE", "pi");
    part.put("PIPEFORCE_NAMESPACE", "local");
    return part;
  }
}
