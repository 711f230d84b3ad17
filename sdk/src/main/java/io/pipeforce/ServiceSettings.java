package io.pipeforce;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The environment of a service, read and checked. The names and defaults are the platform's:
 *
 * @param service {@code PIPEFORCE_SERVICE}, required
 * @param namespace {@code PIPEFORCE_NAMESPACE}, required unless {@code PIPEFORCE_INSTANCE} is set
 * @param domain {@code PIPEFORCE_DOMAIN}, by default {@code svc.cluster.local}
 * @param instance {@code PIPEFORCE_INSTANCE}, by default {@code <service>.<domain>}
 * @param broker {@code PIPEFORCE_MESSAGE_BROKER} (host, host:port or URI, a cluster's nodes
 *     separated by commas), or {@code PIPEFORCE_MESSAGING_HOST}, {@code _PORT}, {@code _USERNAME}
 *     and {@code _PASSWORD}; by default the dev broker's address, {@code 127.0.0.1:5672}
 * @param exchange {@code PIPEFORCE_MESSAGING_DEFAULT_TOPIC}, by default {@code
 *     pipeforce.topic.default}
 * @param deadLetterQueue {@code PIPEFORCE_MESSAGING_DEFAULT_DLQ}, by default {@code
 *     pipeforce_default_dlq}
 * @param queuePrefix {@code PIPEFORCE_MESSAGING_QUEUE}, by default {@code
 *     pipeforce.service.<service>}; each handler's queue is {@code <prefix>.<Class>.<method>}
 * @param prefetch {@code PIPEFORCE_MESSAGING_PREFETCH}, by default 250: how many messages the
 *     broker hands to one handler in advance (basic.qos)
 * @param hubUrl {@code PIPEFORCE_HUB_URL}, by default {@code
 *     http://hub.<namespace>.svc.cluster.local} in a cluster and {@code https://hub-<instance>}
 *     elsewhere
 * @param secret {@code PIPEFORCE_SECRET}: {@code Basic user:password} or {@code Apitoken <token>}.
 *     Never printed.
 * @param healthPort {@code PIPEFORCE_HEALTH_PORT}, by default 8090; 0 means any free port
 */
public record ServiceSettings(
    String service,
    String namespace,
    String domain,
    String instance,
    BrokerAddress broker,
    String exchange,
    String deadLetterQueue,
    String queuePrefix,
    int prefetch,
    String hubUrl,
    Optional<String> secret,
    int healthPort) {

  private static final String IN_CLUSTER = "svc.cluster.local";

  /**
   * Reads the environment.
   *
   * @throws ConfigurationException naming every variable that is missing or wrong
   */
  public static ServiceSettings from(Map<String, String> environment) {
    return new Reader(environment).read();
  }

  /** The same with another value. */
  public ServiceSettings withBroker(BrokerAddress address) {
    return new ServiceSettings(
        service,
        namespace,
        domain,
        instance,
        address,
        exchange,
        deadLetterQueue,
        queuePrefix,
        prefetch,
        hubUrl,
        secret,
        healthPort);
  }

  /** The same with another value. */
  public ServiceSettings withExchange(String name) {
    return new ServiceSettings(
        service,
        namespace,
        domain,
        instance,
        broker,
        name,
        deadLetterQueue,
        queuePrefix,
        prefetch,
        hubUrl,
        secret,
        healthPort);
  }

  /** The same with another value. */
  public ServiceSettings withHealthPort(int port) {
    return new ServiceSettings(
        service,
        namespace,
        domain,
        instance,
        broker,
        exchange,
        deadLetterQueue,
        queuePrefix,
        prefetch,
        hubUrl,
        secret,
        port);
  }

  @Override
  public String toString() {
    return "ServiceSettings[" + instance + ", namespace " + namespace + ", broker " + broker + "]";
  }

  private static final class Reader {
    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();

    Reader(Map<String, String> environment) {
      this.environment = environment;
    }

    ServiceSettings read() {
      String service = optional("PIPEFORCE_SERVICE").orElse("");
      if (service.isEmpty()) {
        problems.add(
            "PIPEFORCE_SERVICE is not set: it is the name of this service, for example"
                + " PIPEFORCE_SERVICE=hello");
      } else if (!service.matches("[A-Za-z0-9._-]{1,100}")) {
        problems.add(
            "PIPEFORCE_SERVICE: '"
                + service
                + "' is no name for a service; use at most 100 letters, digits, '.', '-' and '_'");
      }
      Optional<String> givenInstance = optional("PIPEFORCE_INSTANCE");
      String namespace = optional("PIPEFORCE_NAMESPACE").orElse("");
      if (namespace.isEmpty() && givenInstance.isEmpty()) {
        problems.add(
            "PIPEFORCE_NAMESPACE is not set, and neither is PIPEFORCE_INSTANCE: set one of them;"
                + " outside of a cluster any name will do, for example PIPEFORCE_NAMESPACE=local");
      }
      String domain = optional("PIPEFORCE_DOMAIN").orElse(IN_CLUSTER);
      String instance = givenInstance.orElse(service + "." + domain);
      BrokerAddress broker = broker();
      int prefetch = number("PIPEFORCE_MESSAGING_PREFETCH", 250, 1, 65535);
      int healthPort = number("PIPEFORCE_HEALTH_PORT", 8090, 0, 65535);
      String hubUrl =
          optional("PIPEFORCE_HUB_URL")
              .orElse(
                  domain.endsWith(IN_CLUSTER)
                      ? "http://hub." + namespace + "." + IN_CLUSTER
                      : "https://hub-" + instance);
      if (!problems.isEmpty()) {
        throw new ConfigurationException(problems);
      }
      return new ServiceSettings(
          service,
          namespace,
          domain,
          instance,
          broker,
          optional("PIPEFORCE_MESSAGING_DEFAULT_TOPIC").orElse("pipeforce.topic.default"),
          optional("PIPEFORCE_MESSAGING_DEFAULT_DLQ").orElse("pipeforce_default_dlq"),
          optional("PIPEFORCE_MESSAGING_QUEUE").orElse("pipeforce.service." + service),
          prefetch,
          hubUrl,
          optional("PIPEFORCE_SECRET"),
          healthPort);
    }

    private BrokerAddress broker() {
      BrokerAddress address = BrokerAddress.of("127.0.0.1", 5672);
      String variable =
          optional("PIPEFORCE_MESSAGE_BROKER").isPresent()
              ? "PIPEFORCE_MESSAGE_BROKER"
              : "PIPEFORCE_MESSAGING_HOST";
      try {
        Optional<String> given = optional(variable);
        if (given.isPresent()) {
          address = BrokerAddress.parse(given.get());
        }
      } catch (IllegalArgumentException e) {
        problems.add(variable + ": " + e.getMessage());
      }
      List<BrokerAddress.Node> nodes =
          address.nodes().stream()
              .map(node ->
                  new BrokerAddress.Node(
                      node.host(), number("PIPEFORCE_MESSAGING_PORT", node.port(), 1, 65535)))
              .toList();
      return new BrokerAddress(
          nodes,
          optional("PIPEFORCE_MESSAGING_USERNAME").orElse(address.username()),
          optional("PIPEFORCE_MESSAGING_PASSWORD").orElse(address.password()),
          address.virtualHost(),
          address.tls());
    }

    private int number(String variable, int otherwise, int least, int most) {
      Optional<String> text = optional(variable);
      if (text.isEmpty()) {
        return otherwise;
      }
      try {
        int number = Integer.parseInt(text.get());
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Reported below, with what was expected.
      }
      problems.add(
          variable
              + ": expected a whole number from "
              + least
              + " to "
              + most
              + ", was: "
              + text.get());
      return otherwise;
    }

    private Optional<String> optional(String variable) {
      @Nullable String value = environment.get(variable);
      return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
    }
  }
}
