package io.pipeforce.hub.http;

import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRules;
import io.pipeforce.hub.ingress.Backends;
import io.pipeforce.hub.ingress.Ingress;
import io.pipeforce.hub.login.Login;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.platform.Logs;
import io.pipeforce.hub.webhook.Webhooks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Serves the API, each request on a virtual thread of its own. */
public final class HubServer implements AutoCloseable {
  private static final int LARGEST_BODY = 16 << 20;
  private static final int CONNECTIONS = 2_000;
  private static final int CONNECTIONS_TO_SERVICES = 1_500;
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration IDLE_CHECK = Duration.ofSeconds(10);

  /** All names under it are this machine (RFC 6761). */
  private static final String DOMAIN = "localhost";

  /** For the head of a request, and for its body. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final WebServer server;

  private HubServer(WebServer server) {
    this.server = server;
  }

  /**
   * Binds and serves.
   *
   * @param names by which it may be called, besides those of this machine; in small letters
   * @param logs of the service or job of this name
   * @param ready whether it can do all that it is there for
   */
  public static HubServer start(
      String host,
      int port,
      Set<String> names,
      List<Command<?>> commands,
      Webhooks webhooks,
      Login login,
      Function<String, Optional<Logs>> logs,
      Backends backends,
      BooleanSupplier ready) {
    return start(
        host, port, new Guard(login, names), commands, webhooks, logs, backends, ready, PATIENCE);
  }

  /**
   * @param patience for the head of a request, and for its body
   */
  static HubServer start(
      String host,
      int port,
      Guard guard,
      List<Command<?>> commands,
      Webhooks webhooks,
      Function<String, Optional<Logs>> logs,
      Backends backends,
      BooleanSupplier ready,
      Duration patience) {
    Ingress ingress =
        new Ingress(DOMAIN, backends, CONNECTIONS_TO_SERVICES, patience, new ClientLines(patience));
    return new HubServer(
        WebServer.builder()
            .host(host)
            .port(port)
            .maxPayloadSize(LARGEST_BODY)
            .maxTcpConnections(CONNECTIONS)
            .idleConnectionTimeout(IDLE)
            .idleConnectionPeriod(IDLE_CHECK)
            .protocolsDiscoverServices(false)
            .addConnectionSelector(ingress)
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .routing(routing -> {
              routing.addFilter(guard);
              routes(routing, commands, webhooks, logs, ready);
            })
            .build()
            .start());
  }

  /** All that can be called, each path told by the OpenAPI document as well. */
  static void routes(
      HttpRules rules,
      List<Command<?>> commands,
      Webhooks webhooks,
      Function<String, Optional<Logs>> logs,
      BooleanSupplier ready) {
    rules
        .get("/health", (_, response) -> response.status(Status.NO_CONTENT_204).send())
        .get(
            "/health/ready",
            (_, response) ->
                response
                    .status(
                        ready.getAsBoolean()
                            ? Status.NO_CONTENT_204
                            : Status.SERVICE_UNAVAILABLE_503)
                    .send())
        .register(Guard.DOOR, new WebhookDoor(webhooks))
        .register("/api/v3/logs", new LogsOutlet(logs))
        .register("/api/v3", new Api(commands));
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
