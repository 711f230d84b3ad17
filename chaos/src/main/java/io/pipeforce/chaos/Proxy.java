package io.pipeforce.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The network between a client and the broker, which can be cut, go silent, or become slow. */
final class Proxy implements AutoCloseable {
  /** Which way is silent. */
  enum Direction {
    TO_BROKER,
    TO_CLIENT,
    BOTH;

    boolean silences(boolean toBroker) {
      return this == BOTH || this == (toBroker ? TO_BROKER : TO_CLIENT);
    }
  }

  /** In seconds; twice that is how long a half-open connection lasts. */
  private static final int HEARTBEAT = 4;

  private static final int SLOW_CHUNK = 512;
  private static final Duration SLOW_PAUSE = Duration.ofMillis(100);
  private static final int CONNECT_PATIENCE = 5_000;

  private final List<URI> broker;
  private final AtomicInteger connections = new AtomicInteger();
  private final ServerSocket server;
  private final List<Pipe> pipes = new CopyOnWriteArrayList<>();
  private volatile boolean slow;

  /**
   * @param broker its nodes, which take turns; one that is away is left out
   */
  Proxy(List<URI> broker) throws IOException {
    this.broker = List.copyOf(broker);
    server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().name("proxy").start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        // Closed, or one connection could not be made: its client tries again.
      }
    }
  }

  private void connect(Socket client) {
    int first = connections.getAndIncrement();
    for (int i = 0; i < broker.size(); i++) {
      URI node = broker.get((first + i) % broker.size());
      Socket upstream = new Socket();
      try {
        upstream.connect(new InetSocketAddress(node.getHost(), node.getPort()), CONNECT_PATIENCE);
        Pipe pipe = new Pipe(client, upstream);
        pipes.add(pipe);
        pipe.start();
        return;
      } catch (IOException e) {
        reset(upstream);
      }
    }
    reset(client);
  }

  // --- faults ----------------------------------------------------------------------------------

  /** Resets all connections. */
  int cut() {
    List<Pipe> all = List.copyOf(pipes);
    all.forEach(Pipe::reset);
    return all.size();
  }

  /**
   * Swallows from now on what one of the connections carries; a new one works. Ends by itself when
   * the two ends have noticed.
   */
  boolean halfOpen(int pick, Direction direction) {
    List<Pipe> all = List.copyOf(pipes);
    if (all.isEmpty()) {
      return false;
    }
    all.get(Math.floorMod(pick, all.size())).silent = direction;
    return true;
  }

  /** Whether a connection is still open that was made half-open. */
  boolean hasHalfOpen() {
    return pipes.stream().anyMatch(pipe -> pipe.silent != null);
  }

  /** A few kB/s on all connections. */
  void slow(boolean on) {
    slow = on;
  }

  /** Has the broker close one of the channels that consume. */
  boolean channelError(int pick) {
    List<Pipe> all = pipes.stream().filter(Pipe::consumes).toList();
    if (all.isEmpty()) {
      return false;
    }
    all.get(Math.floorMod(pick, all.size())).channelError(pick);
    return true;
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already.
    }
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }

  /** One connection. */
  private final class Pipe {
    final Socket client;
    final Socket upstream;
    final FrameWalk fromClient = new FrameWalk(true, HEARTBEAT);
    final FrameWalk fromBroker = new FrameWalk(false, HEARTBEAT);
    volatile @Nullable Direction silent;
    private volatile List<Integer> consuming = List.of();
    private volatile byte @Nullable [] injection;

    Pipe(Socket client, Socket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    void start() throws IOException {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> pump(client, upstream, fromClient, true));
      Thread.ofVirtual().start(() -> pump(upstream, client, fromBroker, false));
    }

    boolean consumes() {
      return !consuming.isEmpty();
    }

    void channelError(int pick) {
      List<Integer> channels = consuming;
      injection = FrameWalk.wrongAck(channels.get(Math.floorMod(pick, channels.size())));
    }

    private void pump(Socket from, Socket to, FrameWalk walk, boolean toBroker) {
      byte[] bytes = new byte[16 * 1024];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        while (true) {
          int count = in.read(bytes, 0, slow ? SLOW_CHUNK : bytes.length);
          if (count < 0) {
            break;
          }
          Direction off = silent;
          if (off != null && off.silences(toBroker)) {
            continue;
          }
          walk.pass(bytes, count);
          out.write(bytes, 0, count);
          if (toBroker) {
            consuming = walk.consuming();
            byte[] injected = injection;
            if (injected != null && walk.betweenFrames()) {
              injection = null;
              out.write(injected);
            }
          }
          if (slow) {
            Pause.of(SLOW_PAUSE);
          }
        }
      } catch (IOException | InterruptedException e) {
        // Either end is gone: so is the other.
      } finally {
        end(to, toBroker);
      }
    }

    /** A silent connection does not even tell of its end. */
    private void end(Socket to, boolean toBroker) {
      Direction off = silent;
      if (off != null && off.silences(toBroker) && !to.isClosed() && !ended()) {
        return;
      }
      close();
    }

    private boolean ended;

    private synchronized boolean ended() {
      boolean second = ended;
      ended = true;
      return second;
    }

    private void close() {
      pipes.remove(this);
      try {
        client.close();
        upstream.close();
      } catch (IOException e) {
        // Closing was all that was left to do.
      }
    }

    void reset() {
      Proxy.reset(client);
      Proxy.reset(upstream);
      pipes.remove(this);
    }
  }
}
