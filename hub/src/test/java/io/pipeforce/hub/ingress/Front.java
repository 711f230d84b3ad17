package io.pipeforce.hub.ingress;

import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A web server with an ingress before it, and the services behind. */
final class Front implements AutoCloseable {
  static final int CONNECTIONS = 20;
  static final String HOST = "shop-local.localhost";

  private final Map<String, Supplier<Backend>> backends = new ConcurrentHashMap<>();
  private final AtomicInteger leases = new AtomicInteger();
  private final AtomicInteger taken = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebServer server;

  Front() {
    this(Duration.ofMinutes(1));
  }

  /**
   * @param idle for how long a client may be waited for
   */
  Front(Duration idle) {
    Ingress ingress =
        new Ingress(
            "localhost",
            label -> backends.getOrDefault(label, Backend.Unknown::new).get(),
            CONNECTIONS,
            idle,
            Http1ConnectionSelector.builder().config(Http1Config.create()).build());
    server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .protocolsDiscoverServices(false)
            .idleConnectionTimeout(idle)
            .idleConnectionPeriod(Duration.ofMillis(100))
            .maxPayloadSize(1 << 20)
            .addConnectionSelector(ingress)
            .routing(routing ->
                routing.any((request, response) -> {
                  if (request.content().hasEntity()) {
                    request.content().as(byte[].class);
                  }
                  response.status(Status.OK_200).send("the API");
                }))
            .build()
            .start();
  }

  int port() {
    return server.port();
  }

  HttpClient client() {
    return client;
  }

  /** Requests under way. */
  int leases() {
    return leases.get();
  }

  /** Requests that were given to an instance. */
  int taken() {
    return taken.get();
  }

  /** Lets shop-local lead there. */
  void to(int port) {
    to(() -> instance(port));
  }

  void to(Supplier<Backend> backend) {
    backends.put("shop-local", backend);
  }

  Backend instance(int port) {
    taken.incrementAndGet();
    leases.incrementAndGet();
    return new Backend.Instance(
        "shop",
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        leases::decrementAndGet);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .header("Host", HOST + ":" + port())
        .timeout(Duration.ofMinutes(1));
  }

  Wire connect() throws IOException {
    return new Wire(new Socket(InetAddress.getLoopbackAddress(), port()));
  }

  @Override
  public void close() {
    client.shutdownNow();
    server.stop();
  }
}
