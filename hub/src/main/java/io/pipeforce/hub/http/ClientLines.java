package io.pipeforce.hub.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/** The web server's HTTP/1.1, with a {@link ClientLine} below each connection. */
final class ClientLines implements ServerConnectionSelector {
  private final Duration patience;
  private final ServerConnectionSelector http =
      Http1ConnectionSelector.builder().config(Http1Config.create()).build();

  /**
   * @param patience how long the head of a request may take, and how long its body
   */
  ClientLines(Duration patience) {
    this.patience = patience;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of("http/1.1");
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Connection(context);
  }

  private final class Connection implements ServerConnection, InterruptableTask<Void> {
    private final ClientLine line;
    private final ServerConnection connection;
    private volatile boolean stopping;

    private Connection(ConnectionContext context) {
      line = new ClientLine(context, patience, this::canInterrupt);
      connection = http.connection(new LineContext(context, DataReader.create(line)));
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
      ScopedValue.where(ClientLine.CURRENT, line)
          .<Void, InterruptedException>call(() -> {
            connection.handle(limit);
            return null;
          });
      // A client that ends it is an exception there: so this one was refused, or the server stops.
      if (!stopping) {
        line.linger();
      }
    }

    /** While it waits for the next request. */
    @Override
    public boolean canInterrupt() {
      return connection instanceof InterruptableTask<?> task && task.canInterrupt();
    }

    @Override
    public Duration idleTime() {
      return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      stopping = true;
      connection.close(interrupt);
    }
  }

  /** Another's context, read through a line. */
  private record LineContext(ConnectionContext of, DataReader dataReader)
      implements ConnectionContext {
    @Override
    public ListenerContext listenerContext() {
      return of.listenerContext();
    }

    @Override
    public ExecutorService executor() {
      return of.executor();
    }

    @Override
    public DataWriter dataWriter() {
      return of.dataWriter();
    }

    @Override
    public Router router() {
      return of.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
      return of.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
      return of.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
      return of.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
      return of.localPeer();
    }

    @Override
    public boolean isSecure() {
      return of.isSecure();
    }

    @Override
    public String socketId() {
      return of.socketId();
    }

    @Override
    public String childSocketId() {
      return of.childSocketId();
    }
  }
}
