package io.pipeforce.hub.platform.local;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What runs in the sample image: answers its own environment, ends when it is told to, eats memory.
 * It speaks of itself so that its log can be looked at.
 */
final class SampleServer {
  private SampleServer() {}

  @SuppressWarnings("SystemExitOutsideMain") // A request says so.
  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    AtomicBoolean ready = new AtomicBoolean(true);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          if (path.equals("/exit")) {
            System.out.println("leaving");
            System.exit(7);
          }
          if (path.equals("/sick")) {
            ready.set(false);
          }
          byte[] answer =
              (path.startsWith("/env/")
                      ? String.valueOf(System.getenv(path.substring("/env/".length())))
                      : ProcessHandle.current().pid() + "")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              path.equals("/health/ready") && !ready.get() ? 503 : 200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              System.out.println("stopping in order");
              server.stop(0);
            }));
    System.out.println("serving " + String.join(" ", args));
    server.start();
  }
}
