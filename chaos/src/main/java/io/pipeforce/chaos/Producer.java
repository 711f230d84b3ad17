package io.pipeforce.chaos;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A program that publishes with the plain client, many at a time, and notes each number after its
 * confirm. What was not confirmed it publishes again, with the same number, before it goes on: so
 * the first copies of the messages arrive in order.
 *
 * <p>Commands on standard input: {@code until N} (how far it may go), {@code hold} and {@code go}
 * (the backlog is long), {@code quiet} (answered when nothing is on its way) and {@code loud}.
 */
final class Producer {
  private static final int WINDOW = 3_000;
  private static final Duration RECONNECT_AFTER = Duration.ofMillis(200);

  private final Traffic traffic;
  private final ConnectionFactory factory = new ConnectionFactory();
  private final Journal confirmed;
  private final Journal outOfOrder;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final TreeSet<Integer> again = new TreeSet<>();
  private int next;
  private int confirms;
  private int until;
  private boolean hold;
  private boolean quiet;

  /** One was taken, and is not yet among those on their way. */
  private boolean taken;

  private @Nullable Session session;

  /** What is on its way on one channel. */
  private static final class Session {
    final Connection connection;
    final Channel channel;
    final TreeMap<Long, Integer> outstanding = new TreeMap<>();
    final Set<Integer> returned = new HashSet<>();

    Session(Connection connection, Channel channel) {
      this.connection = connection;
      this.channel = channel;
    }
  }

  private Producer(Traffic traffic, int port, Path folder) throws IOException {
    this.traffic = traffic;
    confirmed = new Journal(folder.resolve("confirmed"));
    outOfOrder = new Journal(folder.resolve("out-of-order"));
    factory.setHost("127.0.0.1");
    factory.setPort(port);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setHandshakeTimeout(15_000);
    factory.setChannelRpcTimeout(15_000);
    factory.setExceptionHandler(new ForgivingExceptionHandler());
  }

  /** Arguments: seed, messages, poisons, port, folder. */
  public static void main(String[] arguments) throws Exception {
    Traffic traffic =
        new Traffic(
            Long.parseLong(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]));
    int port = Integer.parseInt(arguments[3]);
    Path folder = Path.of(arguments[4]);
    Producer producer = new Producer(traffic, port, folder);
    Thread.ofPlatform().daemon().start(producer::obey);
    try (Requester requester = new Requester(traffic, port, folder, producer::published)) {
      requester.start();
      producer.publishAll();
      producer.confirmed.close();
      producer.outOfOrder.close();
      requester.await();
    }
    System.out.println("done");
  }

  private int published() {
    lock.lock();
    try {
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void obey() {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lock.lock();
        try {
          obey(line);
          changed.signalAll();
        } finally {
          lock.unlock();
        }
        if (line.equals("quiet")) {
          awaitSilence();
          // Who asked for silence reads in the journal what to wait for.
          confirmed.flushed().get();
          System.out.println("quiet");
        }
      }
    } catch (IOException | InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    // Whoever started this program is gone.
    Runtime.getRuntime().halt(1);
  }

  private void obey(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "hold" -> hold = true;
      case "go" -> hold = false;
      case "quiet" -> quiet = true;
      case "loud" -> quiet = false;
      case "until" -> until = Integer.parseInt(words[1]);
      default -> throw new IllegalArgumentException("unknown command: " + line);
    }
  }

  private void awaitSilence() throws InterruptedException {
    lock.lock();
    try {
      while (!again.isEmpty() || isAnythingOnItsWay()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isAnythingOnItsWay() {
    Session current = session;
    return taken || (current != null && !current.outstanding.isEmpty());
  }

  // --- publishing ------------------------------------------------------------------------------

  private void publishAll() throws InterruptedException {
    while (true) {
      Session open = open();
      int id = take(open);
      if (id == -1) {
        close(open);
        return;
      }
      if (id >= 0) {
        publish(open, id);
      }
    }
  }

  private Session open() throws InterruptedException {
    while (true) {
      Session current = session;
      if (current != null && current.channel.isOpen()) {
        return current;
      }
      if (current != null) {
        // Its listener may be late, and what it had on its way comes first.
        lost(current);
      }
      try {
        Connection connection = factory.newConnection("chaos producer");
        Channel channel = connection.createChannel();
        channel.confirmSelect();
        Session fresh = new Session(connection, channel);
        channel.addConfirmListener(
            (tag, multiple) -> settle(fresh, tag, multiple, true),
            (tag, multiple) -> settle(fresh, tag, multiple, false));
        channel.addReturnListener(message -> returned(fresh, message.getProperties()));
        channel.addShutdownListener(signal -> lost(fresh));
        session = fresh;
        return fresh;
      } catch (IOException | TimeoutException | AlreadyClosedException e) {
        Pause.of(RECONNECT_AFTER);
      }
    }
  }

  /** The next number; -1 when all are confirmed, -2 when the channel is lost. */
  private int take(Session open) throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        if (confirms == traffic.messages()) {
          return -1;
        }
        if (!open.channel.isOpen()) {
          return -2;
        }
        if (open.outstanding.size() < WINDOW) {
          Integer unconfirmed = again.pollFirst();
          if (unconfirmed != null) {
            taken = true;
            return unconfirmed;
          }
          if (!hold && !quiet && next < Math.min(until, traffic.messages())) {
            taken = true;
            return next++;
          }
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void publish(Session open, int id) {
    String number = Integer.toString(id);
    long sequence = open.channel.getNextPublishSeqNo();
    lock.lock();
    try {
      open.outstanding.put(sequence, id);
      taken = false;
    } finally {
      lock.unlock();
    }
    try {
      open.channel.basicPublish(
          Names.EXCHANGE,
          traffic.kind(id).key(),
          true,
          new BasicProperties.Builder().messageId(number).deliveryMode(2).build(),
          number.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException | AlreadyClosedException e) {
      lost(open);
    }
  }

  // --- what becomes of it ----------------------------------------------------------------------

  private void settle(Session of, long tag, boolean multiple, boolean accepted) {
    lock.lock();
    try {
      if (multiple) {
        var upTo = of.outstanding.headMap(tag, true);
        upTo.values().forEach(id -> settle(of, id, accepted));
        upTo.clear();
      } else {
        Integer id = of.outstanding.remove(tag);
        if (id != null) {
          settle(of, id, accepted);
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void settle(Session of, int id, boolean accepted) {
    boolean routed = !of.returned.remove(id);
    byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(id).array();
    if (accepted && routed) {
      confirms++;
      var _ = confirmed.append(number);
    } else {
      // Later ones may have been taken already: this one is out of its order.
      var _ = outOfOrder.append(number);
      again.add(id);
    }
  }

  private void returned(Session of, BasicProperties properties) {
    lock.lock();
    try {
      of.returned.add(Integer.parseInt(properties.getMessageId()));
    } finally {
      lock.unlock();
    }
  }

  private void lost(Session of) {
    lock.lock();
    try {
      again.addAll(of.outstanding.values());
      of.outstanding.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    of.connection.abort(1);
  }

  private static void close(Session open) {
    open.connection.abort(1_000);
  }
}
