package io.pipeforce.hub;

import io.pipeforce.BrokerUnavailableException;
import io.pipeforce.EventClient;
import io.pipeforce.MessagingException;
import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.commands.Commands;
import io.pipeforce.hub.http.HubServer;
import io.pipeforce.hub.login.Login;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.webhook.Webhooks;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running hub. Whoever started it closes it. Thread-safe. */
public final class Hub implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

  private final URI uri;
  private final EventClient events;
  private final HubServer server;

  private Hub(URI uri, EventClient events, HubServer server) {
    this.uri = uri;
    this.events = events;
    this.server = server;
  }

  /**
   * Starts a hub; it answers when this returns.
   *
   * @throws BrokerUnavailableException when the broker does not answer
   * @throws HubStartException when the port cannot be listened on, or the state cannot be read
   */
  public static Hub start(HubOptions options) {
    EventClient events = EventClient.connect(options.broker(), options.exchange());
    try {
      Webhooks webhooks = Webhooks.in(options.state().resolve("webhooks"), events);
      Login login = new Login(options.user(), options.secret(), InstantSource.system());
      // Its port is known when it listens, and asked for when it is called.
      AtomicInteger port = new AtomicInteger(options.port());
      Supplier<URI> uri = () -> URI.create("http://" + options.host() + ":" + port.get());
      BrokerTopology topology = new BrokerTopology(options.broker(), options.management());
      // Not waited for: a broker without its management API may be slow to say so.
      Thread.startVirtualThread(() -> declareNobody(topology));
      List<Command<?>> commands =
          Commands.all(events, topology, options.exchange(), login, webhooks, uri);
      HubServer server = HubServer.start(options.host(), options.port(), commands, webhooks, login);
      port.set(server.port());
      return new Hub(uri.get(), events, server);
    } catch (UncheckedIOException e) {
      events.close();
      throw new HubStartException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      events.close();
      throw new HubStartException(
          "the hub cannot listen on %s:%d (%s): stop what uses it, or choose another port (0 takes any free one)"
              .formatted(options.host(), options.port(), e.getMessage()),
          e);
    }
  }

  private static void declareNobody(BrokerTopology topology) {
    try {
      topology.putQueue(Webhooks.NOBODY, true, Webhooks.NOBODY_ARGS);
    } catch (MessagingException e) {
      LOG.warn(
          "The queue {} could not be declared, so that the time of an answer may tell whether a"
              + " webhook's token is known: {}",
          Webhooks.NOBODY,
          e.getMessage());
    }
  }

  /** Where it answers. */
  public URI uri() {
    return uri;
  }

  @Override
  public void close() {
    server.close();
    events.close();
  }
}
