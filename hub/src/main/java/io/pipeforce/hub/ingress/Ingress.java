package io.pipeforce.hub.ingress;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Stands before a web server: a request whose Host is {@code <label>.<domain>} goes to a service
 * and never reaches the web server; any other goes to the web server and never reaches a service.
 *
 * <p>It works on connections and not on the web server's requests, since a service gets what came:
 * bodies of any size and coding in pieces, the answer's head before its body, WebSocket frames as
 * they are; and since a client that goes away is seen while a service has nothing to say.
 */
public final class Ingress implements ServerConnectionSelector {
  private final Domain domain;
  private final Backends backends;
  private final Semaphore room;
  private final Duration patience;
  private final ServerConnectionSelector api;

  /**
   * @param domain such as {@code localhost}
   * @param connections that may be to services at a time; fewer than the web server takes, so that
   *     it can always be reached
   * @param patience how long the head of a request may take
   * @param api the web server's own protocol
   */
  public Ingress(
      String domain,
      Backends backends,
      int connections,
      Duration patience,
      ServerConnectionSelector api) {
    this.domain = new Domain(domain);
    this.backends = backends;
    this.room = new Semaphore(connections);
    this.patience = patience;
    this.api = api;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of("http/1.1");
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new FrontConnection(new Client(context, patience), context, domain, backends, room, api);
  }
}
