package io.pipeforce.hub;

import io.pipeforce.BrokerAddress;
import java.net.URI;

/**
 * How a hub is to run.
 *
 * @param address where it listens, and how it is called
 * @param broker where messages go
 * @param management URL of the broker's management API, without {@code /api}
 * @param exchange the topic exchange for events
 * @param namespace in which its services are
 * @param user name for Basic credentials and {@code iam.token}
 * @param secret its password, which is the API token too; never printed
 * @param awaitsBroker whether it starts without its broker too, and is ready when that has answered
 */
public record HubOptions(
    HubAddress address,
    BrokerAddress broker,
    URI management,
    String exchange,
    String namespace,
    String user,
    String secret,
    boolean awaitsBroker) {
  public HubOptions {
    if (secret.length() < 16) {
      throw new IllegalArgumentException("the secret needs 16 letters at least");
    }
  }

  /** Where RabbitMQ has its management API unless it was told otherwise. */
  public static URI management(BrokerAddress broker) {
    String host = broker.host();
    return URI.create(
        (broker.tls() ? "https://" : "http://")
            + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host)
            + (broker.tls() ? ":15671" : ":15672"));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "HubOptions[%s, broker %s, user %s]".formatted(address, broker, user);
  }
}
