package io.pipeforce.broker.session;

import io.pipeforce.broker.model.MemoryGauge;
import io.pipeforce.broker.model.Timers;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ConnectionMethod;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.FrameReader;
import io.pipeforce.broker.wire.FrameWriter;
import io.pipeforce.broker.wire.LostSyncException;
import io.pipeforce.broker.wire.Method;
import io.pipeforce.broker.wire.ReplyCode;
import io.pipeforce.broker.wire.UnknownMethodException;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client, from its first octet to its last. {@link #run} is the reading thread; what is public
 * may be called by any thread.
 */
public final class Connection implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);

  /** How long a client may take to answer our close, or to hang up after its own. */
  private static final Duration CLOSING = Duration.ofSeconds(30);

  private static final Duration LAST_WORDS = Duration.ofSeconds(3);
  private static final int INITIAL_FRAME_MAX = 8192;

  private static final Timers.Due NONE = () -> {};

  private final Socket socket;
  private final AmqpServer server;
  private final VirtualHost host;
  private final Limits limits;
  private final Unfinished unfinished;
  private final String name;
  private final Instant connectedAt = Instant.now();
  private final Map<Integer, Channel> channels = new ConcurrentHashMap<>();
  private final AtomicReference<Timers.Due> deadline = new AtomicReference<>(NONE);
  private final Set<Channel> owing = new LinkedHashSet<>();
  private final Traffic traffic = new Traffic();
  private volatile Handshake.@Nullable Agreement agreement;
  private volatile @Nullable Outbound outbound;
  private volatile boolean blocked;
  private volatile boolean closing;
  private boolean admitted;

  Connection(Socket socket, AmqpServer server, VirtualHost host, Limits limits) {
    this.socket = socket;
    this.server = server;
    this.host = host;
    this.limits = limits;
    this.unfinished = new Unfinished(host.memory());
    this.name =
        text(socket.getInetAddress().getHostAddress(), socket.getPort())
            + " -> "
            + text(socket.getLocalAddress().getHostAddress(), socket.getLocalPort());
  }

  private static String text(String address, int port) {
    return address + ":" + port;
  }

  /** Both ends, as RabbitMQ names a connection. */
  public String name() {
    return name;
  }

  public Instant connectedAt() {
    return connectedAt;
  }

  public String peerHost() {
    return socket.getInetAddress().getHostAddress();
  }

  public int peerPort() {
    return socket.getPort();
  }

  /** Those that are open, in no order. */
  public Collection<Channel> channels() {
    return List.copyOf(channels.values());
  }

  /** Octets that wait until the client takes them. */
  public long pending() {
    Outbound out = outbound;
    return out == null ? 0 : out.pending();
  }

  /** Whether it publishes and must wait for memory. */
  public boolean blocked() {
    return blocked;
  }

  public String user() {
    return agreed().user();
  }

  public String mechanism() {
    return agreed().mechanism();
  }

  public FieldTable clientProperties() {
    return agreed().clientProperties();
  }

  public int channelMax() {
    return agreed().channelMax();
  }

  public int frameMax() {
    return agreed().frameMax();
  }

  public Duration heartbeat() {
    return agreed().heartbeat();
  }

  public Traffic traffic() {
    return traffic;
  }

  private Handshake.Agreement agreed() {
    return Objects.requireNonNull(agreement, "the handshake is not over");
  }

  Limits limits() {
    return limits;
  }

  DirectReplies replies() {
    return server.replies();
  }

  boolean wantsCancelNotification() {
    return agreed().isCapable("consumer_cancel_notify");
  }

  @Override
  public void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      cutAfter(HANDSHAKE);
      FrameReader in = new FrameReader(traffic.counted(socket.getInputStream()), INITIAL_FRAME_MAX);
      OutputStream out = traffic.counted(socket.getOutputStream());
      Optional<byte[]> instead = ProtocolHeader.instead(in.protocolHeader());
      if (instead.isPresent()) {
        out.write(instead.get());
        return;
      }
      FrameWriter frames = new FrameWriter(out, INITIAL_FRAME_MAX);
      Handshake.Agreement agreed;
      try {
        agreed = new Handshake(in, frames, limits, isLocal(), this::enter).run();
      } catch (AmqpException e) {
        refuse(e, in, frames);
        return;
      } catch (UnknownMethodException e) {
        LOG.info("{}: cut off, {}", name, e.getMessage());
        return;
      } catch (Handshake.SilentException | LostSyncException e) {
        LOG.info("{}: refused, {}", name, e.getMessage());
        cutAfter(LAST_WORDS);
        in.skipAll();
        return;
      } finally {
        server.handshakeIsOver(this);
      }
      deadline.getAndSet(NONE).cancel();
      agreement = agreed;
      serve(in, frames, agreed);
    } catch (EOFException e) {
      LOG.debug("{}: the client is gone", name, e);
    } catch (IOException e) {
      LOG.debug("{}: lost", name, e);
    } finally {
      deadline.getAndSet(NONE).cancel();
      leave();
    }
  }

  /** Whether both ends are on this machine and called so: RabbitMQ looks at the broker's. */
  private boolean isLocal() {
    return socket.getLocalAddress().isLoopbackAddress();
  }

  private void enter() {
    admitted = server.admit();
    if (!admitted) {
      throw new AmqpException(
          ReplyCode.NOT_ALLOWED,
          "connection refused: node connection limit (%d) is reached"
              .formatted(limits.connections()));
    }
  }

  private void leave() {
    if (admitted) {
      admitted = false;
      server.leave();
    }
  }

  private void refuse(AmqpException reason, FrameReader in, FrameWriter frames) throws IOException {
    LOG.info("{}: refused, {}", name, reason.replyText());
    frames.method(0, closeFor(reason));
    frames.flush();
    cutAfter(LAST_WORDS);
    if (reason.code() != ReplyCode.ACCESS_REFUSED) {
      awaitCloseOk(in);
    }
    socket.shutdownOutput();
    in.skipAll();
  }

  private static void awaitCloseOk(FrameReader in) throws IOException {
    try {
      while (!(in.next() instanceof Frame.MethodFrame(int channel, Method method)
          && channel == 0
          && method instanceof ConnectionMethod.CloseOk)) {
        // Nothing else matters any more.
      }
    } catch (AmqpException | LostSyncException | UnknownMethodException e) {
      LOG.debug("No close-ok came, {}", e.getMessage());
    }
  }

  private static ConnectionMethod.Close closeFor(AmqpException reason) {
    return new ConnectionMethod.Close(
        reason.code().code(), reason.replyText(), reason.classId(), reason.methodId());
  }

  private void serve(FrameReader in, FrameWriter frames, Handshake.Agreement agreed)
      throws IOException {
    Duration heartbeat = agreed.heartbeat();
    Outbound out =
        new Outbound(
            frames,
            host.memory(),
            limits.outbound(),
            Duration.ofMillis(heartbeat.toMillis() / 2),
            this::cut);
    outbound = out;
    // RabbitMQ looks once in each period, and gives up when it saw nothing new for the second time.
    Duration silence = heartbeat.multipliedBy(3);
    socket.setSoTimeout((int) silence.toMillis());
    Thread writer = Thread.ofVirtual().name("amqp-writer " + name).start(out);
    server.opened(this);
    LOG.debug("{}: open", name);
    try {
      read(in, out);
    } catch (SocketTimeoutException _) {
      LOG.warn("{}: closed, nothing heard for {}", name, silence);
    } finally {
      release();
      server.closed(this);
      leave();
      out.finish();
      Outbound.join(writer, LAST_WORDS);
      out.close();
    }
    socket.shutdownOutput();
    cutAfter(LAST_WORDS);
    in.skipAll();
  }

  /** Until our close was answered, or the client has hung up. */
  private void read(FrameReader in, Outbound out) throws IOException {
    boolean open = true;
    Turn turn = new Turn();
    while (open) {
      out.awaitRoom();
      try {
        boolean mayWait = !in.hasNext();
        if (mayWait) {
          flushConfirms();
          turn.mayWait();
        }
        Frame frame = in.next();
        if (mayWait) {
          turn.goesOn();
        }
        if (!closing) {
          accept(frame, out);
        } else {
          open = isStillClosing(frame, out);
        }
        turn.end();
      } catch (LostSyncException e) {
        if (closing) {
          return;
        }
        close(new AmqpException(ReplyCode.FRAME_ERROR, String.valueOf(e.getMessage())), out);
        return;
      } catch (UnknownMethodException e) {
        LOG.warn("{}: cut off, {}", name, e.getMessage());
        return;
      } catch (AmqpException e) {
        // While closing, nothing that still comes matters.
        if (!closing) {
          close(e, out);
        }
      } catch (RuntimeException e) {
        LOG.error("{}: the broker failed", name, e);
        close(new AmqpException(ReplyCode.INTERNAL_ERROR, ""), out);
      }
    }
  }

  private boolean isStillClosing(Frame frame, Outbound out) {
    if (frame instanceof Frame.MethodFrame(int channel, Method method) && channel == 0) {
      if (method instanceof ConnectionMethod.Close) {
        out.send(0, new ConnectionMethod.CloseOk());
      }
      return !(method instanceof ConnectionMethod.CloseOk);
    }
    return true;
  }

  private void accept(Frame frame, Outbound out) {
    if (frame instanceof Frame.MethodFrame(int channel, Method method) && channel == 0) {
      control(method, out);
      return;
    }
    if (!(frame instanceof Frame.HeartbeatFrame)) {
      pass(frame, out);
    }
    if (frame instanceof Frame.HeaderFrame || frame instanceof Frame.BodyFrame) {
      waitForMemory(out);
    }
  }

  private void control(Method method, Outbound out) {
    switch (method) {
      case ConnectionMethod.Close _ -> {
        closing = true;
        release();
        out.send(0, new ConnectionMethod.CloseOk());
        cutInTime();
      }
      case ConnectionMethod.UpdateSecret _ -> out.send(0, new ConnectionMethod.UpdateSecretOk());
      default ->
          throw new AmqpException(
                  ReplyCode.CHANNEL_ERROR, "unexpected method in connection state running")
              .during(method);
    }
  }

  /** As in RabbitMQ, it is the client who hangs up, unless it takes too long. */
  private void cutInTime() {
    Duration heartbeat = heartbeat();
    boolean sooner = !heartbeat.isZero() && heartbeat.compareTo(CLOSING) < 0;
    cutAfter(sooner ? heartbeat : CLOSING);
  }

  private void pass(Frame frame, Outbound out) {
    int number = frame.channel();
    Channel channel = channels.get(number);
    if (channel == null) {
      if (channels.size() >= channelMax()) {
        throw new AmqpException(
            ReplyCode.NOT_ALLOWED,
            "number of channels opened (%d) has reached the negotiated channel_max (%d)"
                .formatted(channels.size(), channelMax()));
      }
      channel = new Channel(number, this, host, out, unfinished);
      server.churn().channelOpened();
      channels.put(number, channel);
    }
    channel.accept(frame);
    if (channel.isClosed()) {
      channels.remove(number);
      server.churn().channelsClosed(1);
    }
    if (channel.owesConfirms()) {
      owing.add(channel);
    }
  }

  /** Publishers hear of their messages when nothing more has arrived: in few words for many. */
  private void flushConfirms() {
    owing.forEach(Channel::flushConfirms);
    owing.clear();
  }

  /** Reads nothing more from a publisher until there is memory again. */
  private void waitForMemory(Outbound out) {
    MemoryGauge memory = host.memory();
    if (memory.isHighWithUnfinished() && unfinished.octets() > limits.messageSize()) {
      // To wait would be in vain: it waits for what only it, or others who wait as well, can free.
      throw new AmqpException(
          ReplyCode.RESOURCE_ERROR, "messages that were begun and not finished fill the memory");
    }
    if (!mustWait(memory)) {
      return;
    }
    boolean tell = agreed().isCapable("connection.blocked");
    blocked = true;
    flushConfirms();
    if (tell) {
      out.send(0, new ConnectionMethod.Blocked("low on memory"));
    }
    server.memoryAlarm().awaitWhile(() -> mustWait(memory) && !closing && !socket.isClosed());
    blocked = false;
    if (tell) {
      out.send(0, new ConnectionMethod.Unblocked());
    }
  }

  /** Not for what it could free itself, if it were let: the rest of a message. */
  private boolean mustWait(MemoryGauge memory) {
    return memory.isHigh()
        && (unfinished.octets() == 0 || memory.bytes() - unfinished.octets() > memory.limit());
  }

  private void close(AmqpException reason, Outbound out) {
    LOG.info("{}: closed with {}", name, reason.replyText());
    closing = true;
    release();
    out.send(0, closeFor(reason));
    cutInTime();
  }

  /** Everything that this client held goes back; its exclusive queues go. */
  private void release() {
    channels.values().forEach(Channel::release);
    server.churn().channelsClosed(channels.size());
    channels.clear();
    unfinished.removeAll();
    host.deleteOwnedBy(this);
  }

  /** What a channel has counted until its end. */
  void ended(MessageCounters channel) {
    server.ended(channel);
  }

  /** Says good-bye (connection.close 320); the reading thread ends when the client has answered. */
  public void shutDown(String reason) {
    Outbound out = outbound;
    if (out == null) {
      cut();
      return;
    }
    closing = true;
    server.memoryAlarm().wake();
    out.send(0, closeFor(new AmqpException(ReplyCode.CONNECTION_FORCED, reason)));
    cutInTime();
  }

  /** However far it has got by then; instead of what was set before. */
  private void cutAfter(Duration delay) {
    deadline.getAndSet(server.timers().after(delay, this::cut)).cancel();
  }

  /** Ends it without a word. */
  void cut() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("{}: closing the socket failed", name, e);
    }
    server.memoryAlarm().wake();
  }
}
