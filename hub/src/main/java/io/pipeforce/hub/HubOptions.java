package io.pipeforce.hub;

import io.pipeforce.BrokerAddress;
import java.net.URI;

/**
 * How a hub is to run.
 *
 * @param host name or address to listen on
 * @param port 0 for any free one
 * @param broker where messages go
 * @param management URL of the broker's management API, without {@code /api}
 * @param exchange the topic exchange for events
 * @param namespace in which its services are
 * @param user name for Basic credentials and {@code iam.token}
 * @param secret its password, which is the API token too; never printed
 */
public record HubOptions(
    String host,
    int port,
    BrokerAddress broker,
    URI management,
    String exchange,
    String namespace,
    String user,
    String secret) {
  public HubOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, was: " + port);
    }
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
    return "HubOptions[%s:%d, broker %s, user %s]".formatted(host, port, broker, user);
  }
}
