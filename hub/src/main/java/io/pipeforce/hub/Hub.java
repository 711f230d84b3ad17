package io.pipeforce.hub;

import io.pipeforce.BrokerUnavailableException;
import io.pipeforce.EventClient;
import io.pipeforce.MessagingException;
import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.commands.Commands;
import io.pipeforce.hub.http.HubServer;
import io.pipeforce.hub.ingress.Backend;
import io.pipeforce.hub.login.Login;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PlatformSource;
import io.pipeforce.hub.platform.Surroundings;
import io.pipeforce.hub.webhook.Webhooks;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
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
  private final Platform platform;
  private final HubServer server;
  private final BrokerReached reached;

  private Hub(
      URI uri, EventClient events, Platform platform, HubServer server, BrokerReached reached) {
    this.uri = uri;
    this.events = events;
    this.platform = platform;
    this.server = server;
    this.reached = reached;
  }

  /**
   * Starts a hub; it answers when this returns.
   *
   * @param source of the platform, which is the hub's from then on
   * @throws BrokerUnavailableException when the broker does not answer and is not awaited
   * @throws HubStartException when the port cannot be listened on, or the state cannot be read
   */
  public static Hub start(HubOptions options, PlatformSource source) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      EventClient events =
          options.awaitsBroker()
              ? EventClient.connecting(options.broker(), options.exchange())
              : EventClient.connect(options.broker(), options.exchange());
      opened.push(events);
      // Its port is known when it listens, and asked for when it is called.
      AtomicInteger port = new AtomicInteger(options.address().port());
      Supplier<URI> uri = () -> options.address().called(port.get());
      Platform platform =
          source.open(
              new Surroundings(
                  options.namespace(),
                  options.broker().uri(),
                  options.management(),
                  options.exchange(),
                  uri,
                  options.secret()));
      opened.push(platform);
      Webhooks webhooks = Webhooks.in(platform.store("webhooks"), events);
      Login login = new Login(options.user(), options.secret(), InstantSource.system());
      BrokerTopology topology = new BrokerTopology(options.broker(), options.management());
      List<Command<?>> commands =
          Commands.all(platform, events, topology, options.exchange(), login, webhooks, uri);
      BrokerReached reached =
          options.awaitsBroker()
              ? BrokerReached.awaited(events, options.broker(), () -> declareNobody(topology))
              : BrokerReached.already(() -> declareNobody(topology));
      opened.push(reached);
      HubServer server = server(options, commands, webhooks, login, platform, reached);
      opened.push(server);
      port.set(server.port());
      platform.takeOver();
      return new Hub(options.address().listening(server.port()), events, platform, server, reached);
    } catch (UncheckedIOException | PlatformException e) {
      opened.forEach(Hub::closeQuietly);
      throw new HubStartException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      opened.forEach(Hub::closeQuietly);
      throw e;
    }
  }

  private static HubServer server(
      HubOptions options,
      List<Command<?>> commands,
      Webhooks webhooks,
      Login login,
      Platform platform,
      BrokerReached reached) {
    HubAddress address = options.address();
    try {
      return HubServer.start(
          address.host(),
          address.port(),
          address.hosts(),
          commands,
          webhooks,
          login,
          platform::logs,
          platform.backends().orElse(_ -> new Backend.Unknown()),
          reached::isSo);
    } catch (RuntimeException e) {
      throw new HubStartException(
          "the hub cannot listen on %s:%d (%s): stop what uses it, or choose another port (0 takes any free one)"
              .formatted(address.host(), address.port(), e.getMessage()),
          e);
    }
  }

  private static void closeQuietly(AutoCloseable opened) {
    try {
      opened.close();
    } catch (Exception e) {
      LOG.debug("While giving up the start", e);
    }
  }

  private static void declareNobody(BrokerTopology topology) {
    try {
      topology.putQueue(Webhooks.NOBODY, true, Webhooks.NOBODY_ARGS);
    } catch (MessagingException e) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      LOG.warn(
          "The queue {} could not be declared, so that the time of an answer may tell whether a"
              + " webhook's token is known: {}",
          Webhooks.NOBODY,
          e.getMessage());
    }
  }

  /** Where it listens. */
  public URI uri() {
    return uri;
  }

  /** Returns when the broker has been reached: then it can do all that it is there for. */
  public void awaitReady() throws InterruptedException {
    reached.await();
  }

  /** What runs now, by its state. */
  public List<String> runningServices() {
    return platform.services().stream()
        .filter(each -> !each.instances().isEmpty())
        .map(each -> each.spec().name())
        .toList();
  }

  /** Ends the hub, and lets go of its platform. */
  @Override
  public void close() {
    server.close();
    reached.close();
    platform.close();
    events.close();
  }
}
