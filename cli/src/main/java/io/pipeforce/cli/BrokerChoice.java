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
public record BrokerChoice(BrokerAddress address, String exchange) {

  /**
   * What the option names; else what the environment names, as for a service; else the running
   * {@code pi dev}; else RabbitMQ's port on this machine.
   *
   * @throws CommandFailedException when the option is no address
   * @throws io.pipeforce.ConfigurationException when the environment is wrong
   */
  public static BrokerChoice of(
      @Nullable String option, Map<String, String> environment, Optional<Profile> running) {
    Map<String, String> part = messagingPart(environment);
    if (!namesBroker(part)) {
      running.ifPresent(profile -> part.put("PIPEFORCE_MESSAGE_BROKER", profile.broker()));
    }
    ServiceSettings settings = ServiceSettings.from(part);
    return new BrokerChoice(
        option == null ? settings.broker() : parse(option), settings.exchange());
  }

  /**
   * The broker that the option names; else the one that the environment names, if it does.
   *
   * @throws CommandFailedException when the option is no address
   * @throws io.pipeforce.ConfigurationException when the environment is wrong
   */
  public static Optional<BrokerAddress> named(
      @Nullable String option, Map<String, String> environment) {
    if (option != null) {
      return Optional.of(parse(option));
    }
    Map<String, String> part = messagingPart(environment);
    return namesBroker(part) ? Optional.of(ServiceSettings.from(part).broker()) : Optional.empty();
  }

  private static BrokerAddress parse(String option) {
    try {
      return BrokerAddress.parse(option);
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(ExitCode.USAGE, "--broker: " + e.getMessage(), e);
    }
  }

  private static boolean namesBroker(Map<String, String> environment) {
    return !environment.getOrDefault("PIPEFORCE_MESSAGE_BROKER", "").isBlank()
        || !environment.getOrDefault("PIPEFORCE_MESSAGING_HOST", "").isBlank();
  }

  /** Whoever sends is no service: only what says where the broker is counts. */
  private static Map<String, String> messagingPart(Map<String, String> environment) {
    Map<String, String> part = new HashMap<>();
    environment.forEach((name, value) -> {
      if (name.startsWith("PIPEFORCE_MESSAG")) {
        part.put(name, value);
      }
    });
    part.put("PIPEFORCE_SERVICE", "pi");
    part.put("PIPEFORCE_NAMESPACE", "local");
    return part;
  }
}
