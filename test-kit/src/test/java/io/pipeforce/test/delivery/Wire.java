package io.pipeforce.test.delivery;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** The wire between a service and its broker, which the test can cut and mend. */
final class Wire implements AutoCloseable {
  private final ServerSocket listener;
  private final Frames frames = new Frames();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile URI broker;
  private volatile boolean cut;
  private volatile CountDownLatch thawed = new CountDownLatch(0);

  /** A wire that is in order. */
  Wire(URI broker) throws IOException {
    this.broker = broker;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("wire").start(this::accept);
  }

  /** Where the service connects to. */
  URI uri() {
    return URI.create(
        "amqp://" + broker.getRawUserInfo() + "@127.0.0.1:" + listener.getLocalPort());
  }

  /** Loses all connections without a word, and every new one. */
  void cut() {
    cut = true;
    sockets.forEach(Wire::close);
  }

  void mend() {
    cut = false;
  }

  /** Holds everything back, in both directions, as when the other machine is gone. */
  void freeze() {
    thawed = new CountDownLatch(1);
  }

  void thaw() {
    thawed.countDown();
  }

  private final class Held extends FilterInputStream {
    Held(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      try {
        thawed.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return read;
    }
  }

  /** Loses every delivery on the channels that are open now, and nothing else. */
  void loseDeliveries() {
    frames.loseDeliveries();
  }

  /** Loses every confirm on the channels that are open now, and nothing else. */
  void loseConfirms() {
    frames.loseConfirms();
  }

  /** How many were lost so. */
  int swallowed() {
    return frames.swallowed();
  }

  /** Leads to another broker from now on. */
  void leadTo(URI other) {
    broker = other;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        if (cut) {
          close(near);
        } else {
          connect(near);
        }
      } catch (IOException e) {
        // Closed by the test, or the service hung up at once.
      }
    }
  }

  private void connect(Socket near) {
    Socket far = new Socket();
    sockets.add(near);
    sockets.add(far);
    try {
      far.connect(new InetSocketAddress(broker.getHost(), broker.getPort()));
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
    } catch (IOException e) {
      close(near);
      close(far);
      return;
    }
    Thread.ofVirtual().start(() -> pump(near, far, InputStream::transferTo));
    Thread.ofVirtual().start(() -> pump(far, near, frames::pass));
    if (cut) {
      cut();
    }
  }

  private interface Pass {
    void pass(InputStream from, OutputStream to) throws IOException;
  }

  private void pump(Socket from, Socket to, Pass pass) {
    try (from;
        to) {
      pass.pass(new Held(from.getInputStream()), to.getOutputStream());
    } catch (IOException e) {
      // One side is gone: so is the other.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    thaw();
    cut();
  }
}
