package io.pipeforce.broker;

import io.pipeforce.broker.management.ManagementServer;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.session.Credentials;
import io.pipeforce.broker.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;

/**
 * A running broker. Thread-safe.
 *
 * <p>Clients connect to {@link #uri()}; whoever started it closes it.
 */
public final class Broker implements AutoCloseable {
  private final String host;
  private final AmqpServer server;
  private final Optional<ManagementServer> management;

  private Broker(String host, AmqpServer server, Optional<ManagementServer> management) {
    this.host = host;
    this.server = server;
    this.management = management;
  }

  /**
   * Starts a broker; it accepts connections when this returns.
   *
   * @throws BrokerStartException when an address cannot be listened on or the data folder cannot be
   *     used
   */
  public static Broker start(BrokerOptions options) {
    AmqpServer server = startAmqp(options);
    try {
      return new Broker(options.host(), server, startManagement(options, server));
    } catch (BrokerStartException e) {
      server.close();
      throw e;
    }
  }

  private static AmqpServer startAmqp(BrokerOptions options) {
    try {
      return new AmqpServer(
          InetAddress.getByName(options.host()), options.port(), options.data(), options.limits());
    } catch (IOException e) {
      throw cannotListen("AMQP", options.host(), options.port(), e);
    } catch (StoreException e) {
      throw new BrokerStartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<ManagementServer> startManagement(
      BrokerOptions options, AmqpServer server) {
    if (options.managementPort().isEmpty()) {
      return Optional.empty();
    }
    int port = options.managementPort().getAsInt();
    try {
      return Optional.of(new ManagementServer(server.address(), port, server));
    } catch (IOException e) {
      throw cannotListen("management", options.host(), port, e);
    }
  }

  private static BrokerStartException cannotListen(
      String what, String host, int port, IOException cause) {
    return new BrokerStartException(
        "The broker cannot listen on %s:%d for %s (%s): stop what uses it, or choose another port (0 takes any free one)"
            .formatted(host, port, what, cause.getMessage()),
        cause);
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

  AmqpServer server() {
    return server;
  }

  /** Where the management HTTP API is, if there is one. */
  public Optional<URI> managementUri() {
    return management.map(http -> URI.create("http://%s:%d".formatted(host, http.port())));
  }

  /**
   * Waits until it is closed. It closes itself when its data folder can no longer be written, since
   * it could confirm nothing any more.
   *
   * @throws StoreException in that case, with the reason
   */
  public void awaitClose() throws InterruptedException {
    server.awaitClose();
  }

  /** Says good-bye to all clients (connection.close 320), then closes their sockets. Repeatable. */
  @Override
  public void close() {
    management.ifPresent(ManagementServer::close);
    server.close();
  }
}
