package io.pipeforce.hub.ingress;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one connection: looks at the head of each request and brings it to its service. From the
 * first request on that is not for a service, the connection is the web server's.
 */
final class FrontConnection implements ServerConnection, InterruptableTask<Void> {
  private static final Logger LOG = LoggerFactory.getLogger(FrontConnection.class);

  /** For a client to read the answer to a request that it still sends. */
  private static final Duration LINGER = Duration.ofSeconds(2);

  /** Whoever is waited for longer than this when the server is told to stop has hung. */
  private static final Duration HUNG = Duration.ofSeconds(1);

  private final ConnectionContext context;
  private final Domain domain;
  private final Backends backends;
  private final Semaphore room;
  private final ServerConnectionSelector selector;
  private final Client client;
  private volatile @Nullable ServerConnection api;
  private volatile @Nullable Exchange current;
  private volatile boolean busy;
  private volatile boolean stopping;
  private volatile boolean closed;
  private volatile long idleSince = System.nanoTime();
  private Optional<Upstream> kept = Optional.empty();
  private boolean hasRoom;

  FrontConnection(
      Client client,
      ConnectionContext context,
      Domain domain,
      Backends backends,
      Semaphore room,
      ServerConnectionSelector selector) {
    this.context = context;
    this.domain = domain;
    this.backends = backends;
    this.room = room;
    this.selector = selector;
    this.client = client;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    boolean over = true;
    try {
      over = serve();
    } catch (GoneException e) {
      LOG.debug("A client hung up", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // The server stops.
    } finally {
      kept.ifPresent(Upstream::close);
      if (hasRoom) {
        room.release();
      }
    }
    if (!over) {
      ServerConnection connection = selector.connection(context);
      api = connection;
      if (stopping) {
        connection.close(false);
      }
      connection.handle(limit);
    }
  }

  /** Whether the connection is over; else it is the web server's, with its next request unread. */
  private boolean serve() throws InterruptedException {
    for (boolean first = true; !stopping; first = false) {
      RequestHead request;
      Optional<String> label;
      try {
        byte[] octets = client.peekHead();
        request = RequestHead.of(Head.lines(octets));
        label = domain.label(request.host());
        if (label.isEmpty()) {
          return false;
        }
        client.skip(octets.length);
      } catch (MalformedException e) {
        if (first) {
          return false; // It may be for the web server, which refuses it as well.
        }
        write(Page.malformed(e).octets(false, false, true));
        client.linger(LINGER);
        return true;
      }
      busy = true;
      Optional<Sending> next = serve(label.get(), request);
      idleSince = System.nanoTime();
      busy = false;
      if (next.isEmpty() || !next.get().awaitNext()) {
        return true;
      }
    }
    return true;
  }

  /** The request that was answered; empty when none may follow it. */
  private Optional<Sending> serve(String label, RequestHead request) throws InterruptedException {
    hasRoom = hasRoom || room.tryAcquire();
    if (!hasRoom) {
      return refuse(request, Page.full());
    }
    for (boolean again = false; ; again = true) {
      switch (Domain.isLabel(label) ? backends.find(label) : new Backend.Unknown()) {
        case Backend.Unknown _ -> {
          return refuse(request, Page.unknown(label));
        }
        case Backend.Away away -> {
          return refuse(request, Page.away(away));
        }
        case Backend.Instance instance -> {
          Exchange exchange;
          boolean goesOn;
          try (Backend.Lease _ = instance.lease()) {
            exchange = open(request, instance);
            goesOn = answer(exchange, request, instance);
          } catch (IOException e) {
            // Nothing was sent yet, so that another instance may get whatever request it is.
            if (again) {
              LOG.warn("{} cannot be connected to: {}", instance.service(), e.toString());
              return refuse(
                  request, Page.noAnswer(instance.service(), String.valueOf(e.getMessage())));
            }
            continue;
          }
          return end(exchange.sending(), goesOn);
        }
      }
    }
  }

  private Exchange open(RequestHead request, Backend.Instance instance) throws IOException {
    Optional<Upstream> used = kept;
    kept = Optional.empty();
    return Exchange.open(client, request, instance.address(), used);
  }

  /** Whether the client's connection can be used for another request. */
  private boolean answer(Exchange exchange, RequestHead request, Backend.Instance instance) {
    Sending sending = exchange.sending();
    current = exchange;
    try {
      ResponseHead head = exchange.head();
      if (head.isSwitch()) {
        exchange.tunnel(head);
        return false;
      }
      boolean goesOn = goesOn(request, sending);
      exchange.bring(head, !goesOn);
      if (exchange.isReusable(head)) {
        kept = Optional.of(exchange.upstream());
      }
      return goesOn;
    } catch (NoAnswerException e) {
      exchange.abort();
      if (sending.isGone() || closed) {
        throw new GoneException(e);
      }
      boolean goesOn = goesOn(request, sending);
      write(page(e, sending, instance).octets(request, !goesOn));
      return goesOn;
    } catch (CutException e) {
      LOG.warn("{} cut an answer: {}", instance.service(), e.getMessage());
      write(new byte[0]); // What there is of it, and no end.
      throw new GoneException(e);
    } finally {
      sending.answered();
      sending.start();
      current = null;
      if (kept.isEmpty()) {
        exchange.abort();
      }
    }
  }

  private static Page page(NoAnswerException e, Sending sending, Backend.Instance instance) {
    if (sending.malformed().isPresent()) {
      return Page.malformed(sending.malformed().get());
    }
    LOG.warn("{} did not answer: {}", instance.service(), e.getMessage());
    return Page.noAnswer(instance.service(), String.valueOf(e.getMessage()));
  }

  private boolean goesOn(RequestHead request, Sending sending) {
    return sending.isDone() && !request.wantsClose() && !stopping;
  }

  /** Answers a request that no service gets. */
  private Optional<Sending> refuse(RequestHead request, Page page) throws InterruptedException {
    Sending sending = new Sending(client, request, null);
    boolean goesOn = goesOn(request, sending);
    sending.answered();
    sending.start();
    write(page.octets(request, !goesOn));
    return end(sending, goesOn);
  }

  private static Optional<Sending> end(Sending sending, boolean goesOn)
      throws InterruptedException {
    if (goesOn) {
      return Optional.of(sending);
    }
    if (!sending.isDone()) {
      // Hanging up on a client that still sends would take the answer from it.
      sending.discard();
      sending.linger(LINGER);
    }
    return Optional.empty();
  }

  private void write(byte[] octets) {
    try {
      client.out().write(octets);
      client.out().flush();
    } catch (IOException e) {
      throw new GoneException(e);
    }
  }

  @Override
  public boolean canInterrupt() {
    return api instanceof InterruptableTask<?> task ? task.canInterrupt() : !busy;
  }

  @Override
  public Duration idleTime() {
    ServerConnection connection = api;
    if (connection != null) {
      return connection.idleTime();
    }
    return busy ? client.waiting().time() : Duration.ofNanos(System.nanoTime() - idleSince);
  }

  /** Called when the server stops, and when the connection has been idle for too long. */
  @Override
  public void close(boolean interrupt) {
    stopping = true;
    ServerConnection connection = api;
    if (connection != null) {
      connection.close(interrupt);
    } else if (interrupt || !busy || client.waiting().time().compareTo(HUNG) > 0) {
      closed = true;
      client.close();
      Exchange exchange = current;
      if (exchange != null) {
        exchange.abort();
      }
    }
  }
}
