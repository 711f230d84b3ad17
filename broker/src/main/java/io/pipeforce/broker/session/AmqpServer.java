package io.pipeforce.broker.session;

import io.pipeforce.broker.model.MemoryGauge;
import io.pipeforce.broker.model.Timers;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.store.Store;
import io.pipeforce.broker.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for clients and holds what all their connections share. Thread-safe. */
public final class AmqpServer implements AutoCloseable {
  /** What it says that it is: clients look these up to know what they can ask for. */
  public static final String PRODUCT = "RabbitMQ";

  public static final String VERSION = "4.0.5";
  public static final String CLUSTER = "pipeforce@localhost";

  private static final Logger LOG = LoggerFactory.getLogger(AmqpServer.class);
  private static final int BACKLOG = 128;

  /** So many clients log in at the same time. */
  private static final int HANDSHAKES = 2000;

  private static final Duration RETRY = Duration.ofMillis(100);
  private static final Duration GOOD_BYE = Duration.ofSeconds(2);

  private final ServerSocket listener;
  private final Limits limits;
  private final Timers timers = new Timers();
  private final MemoryAlarm memoryAlarm = new MemoryAlarm();
  private final VirtualHost host;
  private final DirectReplies replies = new DirectReplies();
  private final Instant startedAt = Instant.now();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable StoreException failure;
  private final MessageCounters endedChannels = new MessageCounters();
  private final Traffic endedTraffic = new Traffic();
  private final Churn churn = new Churn();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition oneLess = lock.newCondition();

  /** Connected, with or without a finished handshake. */
  private final Set<Connection> sockets = ConcurrentHashMap.newKeySet();

  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger admitted = new AtomicInteger();

  /** In the order in which they came. Guarded by the lock. */
  private final SequencedSet<Connection> handshakes = new LinkedHashSet<>();

  /**
   * Binds, takes back what is in the data folder, and listens.
   *
   * @param data the folder for what is durable; empty to keep all in memory
   * @throws IOException when the address cannot be bound
   * @throws StoreException when the folder cannot be used
   */
  public AmqpServer(InetAddress address, int port, Optional<Path> data, Limits limits)
      throws IOException {
    this.limits = limits;
    listener = new ServerSocket(port, BACKLOG, address);
    try {
      host =
          new VirtualHost(
              timers,
              new MemoryGauge(limits.memory(), this::memoryIsHigh),
              limits.memory() / 2,
              data.map(folder -> new Store(folder, this::storeFailed)).orElse(null));
    } catch (RuntimeException e) {
      listener.close();
      timers.close();
      throw e;
    }
    Thread.ofVirtual().name("amqp-listener").start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  public InetAddress address() {
    return listener.getInetAddress();
  }

  public VirtualHost host() {
    return host;
  }

  public Limits limits() {
    return limits;
  }

  public Instant startedAt() {
    return startedAt;
  }

  /** Those whose handshake is over. */
  public Collection<Connection> connections() {
    return List.copyOf(connections);
  }

  Timers timers() {
    return timers;
  }

  MemoryAlarm memoryAlarm() {
    return memoryAlarm;
  }

  DirectReplies replies() {
    return replies;
  }

  /** Takes one of the places that there are for connections, if one is free. */
  boolean admit() {
    int before = admitted.getAndUpdate(count -> Math.min(count + 1, limits.connections()));
    return before < limits.connections();
  }

  /** Gives the place back. */
  void leave() {
    admitted.decrementAndGet();
  }

  /** All that happened to messages since the start. */
  public MessageCounters messages() {
    MessageCounters all = new MessageCounters();
    all.add(endedChannels);
    connections.forEach(
        connection -> connection.channels().forEach(channel -> all.add(channel.counters())));
    return all;
  }

  /** Counts what happens without a channel: over HTTP. */
  public MessageCounters withoutChannel() {
    return endedChannels;
  }

  /** All that went through sockets since the start. */
  public Traffic traffic() {
    Traffic all = new Traffic();
    all.add(endedTraffic);
    connections.forEach(connection -> all.add(connection.traffic()));
    return all;
  }

  /** How often connections and channels came and went. */
  public Churn churn() {
    return churn;
  }

  void opened(Connection connection) {
    connections.add(connection);
    churn.connectionOpened();
  }

  void closed(Connection connection) {
    connections.remove(connection);
    endedTraffic.add(connection.traffic());
    churn.connectionClosed();
  }

  void ended(MessageCounters channel) {
    endedChannels.takeOver(channel);
  }

  private void memoryIsHigh(boolean isHigh) {
    LOG.warn(
        isHigh
            ? "Messages fill the memory: publishers are blocked until consumers have caught up"
            : "There is memory for messages again: publishers go on");
    memoryAlarm.wake();
  }

  /** Without the disk nothing can be confirmed: clients are better off elsewhere. */
  private void storeFailed(StoreException why) {
    failure = why;
    Thread.ofVirtual().name("broker-close").start(this::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Connection connection = new Connection(socket, this, host, limits);
        sockets.add(connection);
        handshakeBegins(connection);
        Thread.ofVirtual().name("amqp-reader " + connection.name()).start(() -> serve(connection));
      } catch (IOException | OutOfMemoryError e) {
        if (!listener.isClosed()) {
          // Most likely there are too many open files, and the next try would fail as well.
          LOG.warn("A client could not connect; trying again in {}", RETRY, e);
          LockSupport.parkNanos(RETRY.toNanos());
        }
      }
    }
  }

  /**
   * Those who take their time make room for those who don't: however many begin and never log in, a
   * client that does gets through.
   */
  private void handshakeBegins(Connection connection) {
    Connection slowest = null;
    lock.lock();
    try {
      handshakes.add(connection);
      if (handshakes.size() > HANDSHAKES) {
        slowest = handshakes.removeFirst();
      }
    } finally {
      lock.unlock();
    }
    if (slowest != null) {
      slowest.cut();
    }
  }

  void handshakeIsOver(Connection connection) {
    lock.lock();
    try {
      handshakes.remove(connection);
    } finally {
      lock.unlock();
    }
  }

  private void serve(Connection connection) {
    try {
      connection.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("{}: the broker failed", connection.name(), e);
    } finally {
      lock.lock();
      try {
        sockets.remove(connection);
        handshakes.remove(connection);
        oneLess.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Says good-bye to all clients, waits a moment for their answers and closes the sockets. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      LOG.debug("Closing the listener failed", e);
    }
    sockets.forEach(connection ->
        connection.shutDown("broker forced connection closure with reason 'shutdown'"));
    awaitEnd();
    sockets.forEach(Connection::cut);
    awaitEnd();
    timers.close();
    host.close();
    ended.countDown();
  }

  /**
   * Returns when the server has been closed, by whomever.
   *
   * @throws StoreException when it closed itself since the data folder can no longer be written
   */
  public void awaitClose() throws InterruptedException {
    ended.await();
    StoreException why = failure;
    if (why != null) {
      throw why;
    }
  }

  private void awaitEnd() {
    long left = GOOD_BYE.toNanos();
    lock.lock();
    try {
      while (!sockets.isEmpty() && left > 0) {
        left = oneLess.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
