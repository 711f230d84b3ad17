package io.pipeforce.broker;

import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.session.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;

/**
 * A running broker. Thread-safe.
 *
 * <p>
 *
 * {@snippet :
 * try (Broker broker = Broker.start(BrokerOptions.local())) {
 *   ConnectionFactory factory = new ConnectionFactory();
 *   factory.setUri(broker.uri());
 * }
 * }
 */
public final class Broker implements AutoCloseable {
  private final String host;
  private final AmqpServer server;

  private Broker(String host, AmqpServer server) {
    this.host = host;
    this.server = server;
  }

  /**
   * Starts a broker; it accepts connections when this returns.
   *
   * @throws BrokerStartException when an address cannot be listened on
   */
  public static Broker start(BrokerOptions options) {
    try {
      InetAddress address = InetAddress.getByName(options.host());
      AmqpServer server = new AmqpServer(address, options.port(), options.limits());
      return new Broker(options.host(), server);
    } catch (IOException e) {
      throw new BrokerStartException(
          "The broker cannot listen on %s:%d (%s): stop what uses it, or choose another port (0 takes any free one)"
              .formatted(options.host(), options.port(), e.getMessage()),
          e);
    }
  }

  /** The port on which it speaks AMQP. */
  public int port() {
    return server.port();
  }

  /** Where and as whom clients connect. */
  public URI uri() {
    return URI.create(
        "amqp://%s:%s@%s:%d".formatted(Credentials.USER, Credentials.PASSWORD, host, port()));
  }

  /** Where the management HTTP API is, if there is one. */
  public Optional<URI> managementUri() {
    return Optional.empty();
  }

  /** Says good-bye to all clients (connection.close 320), then closes their sockets. Repeatable. */
  @Override
  public void close() {
    server.close();
  }
}
