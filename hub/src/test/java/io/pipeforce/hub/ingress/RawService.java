package io.pipeforce.hub.ingress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A service that says on each connection what a test wants it to say. */
final class RawService implements AutoCloseable {
  private final ServerSocket server;
  private final BlockingQueue<Wire> connections = new LinkedBlockingQueue<>();

  /** What is done with a connection. */
  @FunctionalInterface
  interface Script {
    void run(Wire wire) throws Exception;
  }

  /** Connections are taken by the test. */
  RawService() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Each connection is dealt with in this way. */
  RawService(Script script) throws IOException {
    this();
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              Wire wire = connections.take();
              Thread.ofVirtual().start(() -> run(script, wire));
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static void run(Script script, Wire wire) {
    try (wire) {
      script.run(wire);
    } catch (Exception _) {
      // The test sees it at the other end.
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.add(new Wire(socket));
      }
    } catch (IOException _) {
      // It is closed.
    }
  }

  int port() {
    return server.getLocalPort();
  }

  Wire next() throws InterruptedException {
    Wire wire = connections.poll(10, TimeUnit.SECONDS);
    if (wire == null) {
      throw new IllegalStateException("nobody connected");
    }
    return wire;
  }

  boolean hasNone() {
    return connections.isEmpty();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
