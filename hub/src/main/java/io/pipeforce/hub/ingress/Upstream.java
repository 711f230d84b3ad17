package io.pipeforce.hub.ingress;

import io.helidon.common.buffers.DataReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A connection to an instance of a service. */
final class Upstream implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int PIECE = 32 << 10;

  private final InetSocketAddress address;
  private final Socket socket;
  private final DataReader in;
  private final OutputStream out;
  private final OutputStream client;

  private Upstream(InetSocketAddress address, Socket socket, OutputStream client)
      throws IOException {
    this.address = address;
    this.socket = socket;
    this.client = client;
    this.out = new BufferedOutputStream(socket.getOutputStream(), PIECE);
    InputStream octets = socket.getInputStream();
    byte[] piece = new byte[PIECE];
    this.in = DataReader.create(() -> read(octets, piece));
  }

  /**
   * @param client is flushed before the service is waited for, so that it gets all there is
   */
  @SuppressWarnings("AddressSelection") // it has one
  static Upstream connect(InetSocketAddress address, OutputStream client) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(address, (int) PATIENCE.toMillis());
      return new Upstream(address, socket, client);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private byte @Nullable [] read(InputStream octets, byte[] piece) {
    try {
      client.flush();
      int count = octets.read(piece);
      return count < 0 ? null : Arrays.copyOf(piece, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isTo(InetSocketAddress other) {
    return address.equals(other);
  }

  DataReader in() {
    return in;
  }

  OutputStream out() {
    return out;
  }

  /** It gets no more; what it still says is heard. */
  void endOutput() throws IOException {
    out.flush();
    socket.shutdownOutput();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // It is of no use any more, closed or not.
    }
  }
}
