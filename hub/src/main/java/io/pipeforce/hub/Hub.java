package io.pipeforce.hub;

import io.pipeforce.BrokerUnavailableException;
import io.pipeforce.EventClient;
import io.pipeforce.hub.commands.Commands;
import io.pipeforce.hub.http.HubServer;
import io.pipeforce.hub.login.Login;
import java.net.URI;
import java.time.InstantSource;

/** A running hub. Whoever started it closes it. Thread-safe. */
public final class Hub implements AutoCloseable {
  private final String host;
  private final EventClient events;
  private final HubServer server;

  private Hub(String host, EventClient events, HubServer server) {
    this.host = host;
    this.events = events;
    this.server = server;
  }

  /**
   * Starts a hub; it answers when this returns.
   *
   * @throws BrokerUnavailableException when the broker does not answer
   * @throws HubStartException when the port cannot be listened on
   */
  public static Hub start(HubOptions options) {
    EventClient events = EventClient.connect(options.broker(), options.exchange());
    try {
      Login login = new Login(options.user(), options.secret(), InstantSource.system());
      return new Hub(
          options.host(),
          events,
          HubServer.start(options.host(), options.port(), Commands.all(events, login), login));
    } catch (RuntimeException e) {
      events.close();
      throw new HubStartException(
          "the hub cannot listen on %s:%d (%s): stop what uses it, or choose another port (0 takes any free one)"
              .formatted(options.host(), options.port(), e.getMessage()),
          e);
    }
  }

  /** Where it answers. */
  public URI uri() {
    return URI.create("http://" + host + ":" + server.port());
  }

  @Override
  public void close() {
    server.close();
    events.close();
  }
}
