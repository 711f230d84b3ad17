package io.pipeforce.bench.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.pipeforce.hub.ingress.Backend;
import io.pipeforce.hub.ingress.Ingress;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** A program that the bench runs beside itself: {@code service}, or {@code front PORT}. */
public final class Role {
  private static final byte[] PIECE = new byte[64 << 10];

  private Role() {}

  /** Prints the port that it listens on; ends with its input. */
  public static void main(String[] arguments) throws IOException {
    int port = arguments[0].equals("service") ? service() : front(Integer.parseInt(arguments[1]));
    System.out.println(port);
    while (System.in.read() >= 0) {
      // It goes on.
    }
    System.exit(0);
  }

  private static int front(int to) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), to);
    Ingress ingress =
        new Ingress(
            "localhost",
            _ -> new Backend.Instance("bench", address, () -> {}),
            1000,
            Duration.ofMinutes(1),
            Http1ConnectionSelector.builder().config(Http1Config.create()).build());
    return WebServer.builder()
        .host("127.0.0.1")
        .port(0)
        .shutdownHook(false)
        .featuresDiscoverServices(false)
        .protocolsDiscoverServices(false)
        .addConnectionSelector(ingress)
        .build()
        .start()
        .port();
  }

  /** Answers {@code GET /N} with N octets, and a POST when it has all of it. */
  private static int service() throws IOException {
    ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              Socket socket = server.accept();
              Thread.ofVirtual().start(() -> serve(socket));
            }
          } catch (IOException _) {
            // The end.
          }
        });
    return server.getLocalPort();
  }

  private static void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), PIECE.length);
      OutputStream out = socket.getOutputStream();
      byte[] sink = new byte[PIECE.length];
      while (true) {
        String first = Caller.line(in);
        Caller.skip(in, sink, Caller.length(in));
        long octets =
            first.startsWith("GET /") ? Long.parseLong(first.substring(5, first.length() - 9)) : 0;
        byte[] head =
            ("HTTP/1.1 200 OK\r\nContent-Length: " + octets + "\r\n\r\n").getBytes(US_ASCII);
        int begin = (int) Math.min(octets, PIECE.length - head.length);
        byte[] together = new byte[head.length + begin];
        System.arraycopy(head, 0, together, 0, head.length);
        out.write(together);
        for (long left = octets - begin; left > 0; left -= PIECE.length) {
          out.write(PIECE, 0, (int) Math.min(left, PIECE.length));
        }
      }
    } catch (IOException _) {
      // The client has gone.
    }
  }
}
