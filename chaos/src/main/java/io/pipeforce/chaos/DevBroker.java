package io.pipeforce.chaos;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.broker.session.Limits;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The dev broker in a JVM of its own. It keeps messages in memory: killing it would lose them. */
final class DevBroker implements BrokerControl {
  private static final long MEMORY = 200L << 20;
  private static final String FILLER = "pipeforce.chaos.filler";
  private static final int FILLING = 15 << 20;
  private static final Duration FILLING_PATIENCE = Duration.ofSeconds(30);

  private final Child child;
  private final URI amqp;
  private final URI management;

  DevBroker(Path folder) throws IOException, InterruptedException, TimeoutException {
    child = Child.start("broker", folder, Map.of(), "1g", DevBroker.class.getName(), List.of());
    String[] line = child.awaitLine("ready: ", Duration.ofMinutes(1)).split(" ", -1);
    amqp = URI.create(line[1]);
    management = URI.create(line[2]);
  }

  /** The program. */
  public static void main(String[] arguments) throws Exception {
    Broker broker =
        Broker.start(
            BrokerOptions.local()
                .withManagementPort(0)
                .withLimits(Limits.DEFAULT.withMemory(MEMORY)));
    System.out.println("ready: " + broker.uri() + " " + broker.managementUri().orElseThrow());
    // Ends with whoever started it.
    while (System.in.read() >= 0) {}
    Runtime.getRuntime().halt(1);
  }

  @Override
  public String name() {
    return "dev";
  }

  @Override
  public List<URI> amqp() {
    return List.of(amqp);
  }

  @Override
  public List<URI> management() {
    return List.of(management);
  }

  @Override
  public Set<FaultKind> faults() {
    Set<FaultKind> all = EnumSet.allOf(FaultKind.class);
    all.removeAll(
        EnumSet.of(
            FaultKind.RESTART_BROKER,
            FaultKind.KILL_BROKER,
            FaultKind.DISK_ALARM,
            FaultKind.KILL_NODE,
            FaultKind.MOVE_LEADER));
    return all;
  }

  @Override
  public void freeze() throws IOException, InterruptedException {
    child.freeze();
  }

  @Override
  public void thaw() throws IOException, InterruptedException {
    child.thaw();
  }

  /** Fills its memory, or empties it. */
  @Override
  public void memoryAlarm(boolean on) throws IOException, InterruptedException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(amqp.getHost());
    factory.setPort(amqp.getPort());
    factory.setAutomaticRecoveryEnabled(false);
    List<Socket> sockets = new CopyOnWriteArrayList<>();
    factory.setSocketConfigurator(sockets::add);
    try {
      Connection connection = factory.newConnection("chaos filler");
      try {
        Channel channel = connection.createChannel();
        channel.queueDeclare(FILLER, false, false, false, Map.of());
        if (on) {
          fill(connection, channel);
        } else {
          channel.queueDelete(FILLER);
        }
      } finally {
        // A good-bye would wait behind what the broker does not read.
        sockets.getFirst().close();
      }
    } catch (TimeoutException e) {
      throw new IOException(e);
    }
  }

  /** On a thread of its own: the broker stops to read when it has enough. */
  private static void fill(Connection connection, Channel channel) throws InterruptedException {
    CountDownLatch blocked = new CountDownLatch(1);
    connection.addBlockedListener(reason -> blocked.countDown(), () -> {});
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (connection.isOpen()) {
              channel.basicPublish("", FILLER, MessageProperties.BASIC, new byte[FILLING]);
            }
          } catch (IOException | AlreadyClosedException e) {
            // Closed when the broker had enough.
          }
        });
    if (!blocked.await(FILLING_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("the dev broker does not block publishers");
    }
  }

  @Override
  public void restart() {
    throw notThisOne();
  }

  @Override
  public void killAndStart() {
    throw notThisOne();
  }

  @Override
  public void diskAlarm(boolean on) {
    throw notThisOne();
  }

  @Override
  public int nodes() {
    return 1;
  }

  @Override
  public void killNode(int node) {
    throw notThisOne();
  }

  @Override
  public void startNode(int node) {
    throw notThisOne();
  }

  @Override
  public void moveLeaders(int node) {
    throw notThisOne();
  }

  private static UnsupportedOperationException notThisOne() {
    return new UnsupportedOperationException("the dev broker has no such fault");
  }

  @Override
  public void close() throws InterruptedException {
    child.kill();
  }
}
