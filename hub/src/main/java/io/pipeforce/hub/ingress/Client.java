package io.pipeforce.hub.ingress;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** The connection of a client: one thread reads it, one writes it. */
final class Client {
  private static final int PIECE = 32 << 10;

  private final ConnectionContext context;
  private final InetSocketAddress address;
  private final Duration patience;
  private final DataReader in;
  private final OutputStream out;
  private final Waiting waiting = new Waiting();

  /**
   * @param patience how long a head may take from its first octet to its last
   */
  Client(ConnectionContext context, Duration patience) {
    this.context = context;
    // Asked for now: nobody knows it when the connection is closed.
    if (!(context.remotePeer().address() instanceof InetSocketAddress peer)) {
      throw new CloseConnectionException("The client is gone");
    }
    this.address = peer;
    this.patience = patience;
    this.in = context.dataReader();
    this.out = new BufferedOutputStream(new Writer(context.dataWriter(), waiting), PIECE);
  }

  InetSocketAddress address() {
    return address;
  }

  Waiting waiting() {
    return waiting;
  }

  OutputStream out() {
    return out;
  }

  boolean hasMore() {
    return in.available() > 0;
  }

  /** The octets of the next head, which stay in the reader. */
  byte[] peekHead() throws MalformedException {
    try {
      in.ensureAvailable();
      Optional<byte[]> whole = Head.peekThere(in);
      return whole.isPresent() ? whole.get() : peekSlow();
    } catch (InsufficientDataAvailableException | CloseConnectionException e) {
      throw new GoneException(e);
    }
  }

  private byte[] peekSlow() throws MalformedException {
    Thread watchdog = Thread.ofVirtual().name("ingress-head").start(this::hangUpLater);
    try {
      return Head.peek(in);
    } finally {
      watchdog.interrupt();
    }
  }

  private void hangUpLater() {
    try {
      Thread.sleep(patience);
      close();
    } catch (InterruptedException _) {
      // The head is there.
    }
  }

  void skip(int octets) {
    in.skip(octets);
  }

  BodyReader body(Framing framing) {
    return new BodyReader(in, framing);
  }

  /** The next octets of a body of this client. */
  Optional<BufferData> next(BodyReader body) throws MalformedException {
    waiting.read();
    try {
      return body.next();
    } catch (InsufficientDataAvailableException | CloseConnectionException e) {
      throw new GoneException(e);
    } finally {
      waiting.readDone();
    }
  }

  /** Blocks until there is something to read, for as long as that takes. */
  void watch() {
    try {
      in.ensureAvailable();
    } catch (InsufficientDataAvailableException | CloseConnectionException e) {
      throw new GoneException(e);
    }
  }

  /** What there is to read. */
  BufferData read() {
    watch();
    return in.readBuffer();
  }

  /**
   * Reads on for at most this time, and throws it away: hanging up on a client that still sends
   * would take the answer from it.
   */
  void linger(Duration time) throws InterruptedException {
    Thread reading =
        Thread.startVirtualThread(() -> {
          try {
            while (true) {
              read();
            }
          } catch (GoneException _) {
            // It has read the answer, or does not want it.
          }
        });
    reading.join(time);
  }

  void close() {
    try {
      context.serverSocket().close();
    } catch (UncheckedIOException _) {
      // It is closed already.
    }
  }

  private static final class Writer extends OutputStream {
    private final DataWriter writer;
    private final Waiting waiting;

    private Writer(DataWriter writer, Waiting waiting) {
      this.writer = writer;
      this.waiting = waiting;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int from, int length) throws IOException {
      waiting.write();
      try {
        writer.writeNow(BufferData.create(octets, from, length));
      } catch (UncheckedIOException | CloseConnectionException e) {
        throw new GoneException(e);
      } finally {
        waiting.writeDone();
      }
    }
  }
}
