package io.pipeforce.hub.platform;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What runs in the sample image: tells its environment, its files and which process it is; gets
 * sick or ends when it is told to. It speaks of itself so that its log can be looked at.
 */
final class SampleServer {
  /**
   * Of this process alone: an instance that starts again in its place has the same name and pid.
   */
  private static final String ID = UUID.randomUUID().toString();

  private static final AtomicBoolean READY = new AtomicBoolean(true);

  private SampleServer() {}

  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(System.getenv("PORT"));
    String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(host), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          byte[] answer = answer(path).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              path.equals("/health/ready") && !READY.get() ? 503 : 200, answer.length);
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

  @SuppressWarnings("SystemExitOutsideMain") // A request says so.
  private static String answer(String path) throws IOException {
    if (path.equals("/exit")) {
      System.out.println("leaving");
      System.exit(7);
    }
    if (path.equals("/sick")) {
      READY.set(false);
    }
    if (path.startsWith("/env/")) {
      return String.valueOf(System.getenv(path.substring("/env/".length())));
    }
    if (path.startsWith("/file/")) {
      return Files.readString(Path.of(path.substring("/file/".length())));
    }
    return path.equals("/pid") ? Long.toString(ProcessHandle.current().pid()) : ID;
  }
}
