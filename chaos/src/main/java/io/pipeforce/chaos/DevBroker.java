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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The dev broker in a JVM of its own. In memory it cannot be killed without a loss; with a data
 * folder it can.
 */
final class DevBroker implements BrokerControl {
  /** Its name with a data folder. */
  static final String DATA = "dev-data";

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
  private static final long MEMORY = 200L << 20;
  private static final String FILLER = "pipeforce.chaos.filler";
  private static final int FILLING = 15 << 20;
  private static final Duration FILLING_PATIENCE = Duration.ofSeconds(30);

  private final Path folder;
  private final Optional<Path> data;
  private final URI amqp;
  private final URI management;
  private int starts;
  private volatile Child child;

  private DevBroker(Path folder, Optional<Path> data)
      throws IOException, InterruptedException, TimeoutException {
    this.folder = folder;
    this.data = data;
    child = start(0, 0);
    String[] line = awaitReady(child).split(" ", -1);
    amqp = URI.create(line[1]);
    management = URI.create(line[2]);
  }

  static DevBroker inMemory(Path folder)
      throws IOException, InterruptedException, TimeoutException {
    return new DevBroker(folder, Optional.empty());
  }

  /** What is durable is kept in a folder below. */
  static DevBroker withData(Path folder)
      throws IOException, InterruptedException, TimeoutException {
    return new DevBroker(folder, Optional.of(folder.resolve("data")));
  }

  private Child start(int port, int managementPort) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add(Integer.toString(port));
    arguments.add(Integer.toString(managementPort));
    data.ifPresent(path -> arguments.add(path.toString()));
    starts++;
    String name = starts == 1 ? "broker" : "broker-" + starts;
    return Child.start(name, folder, Map.of(), "1g", DevBroker.class.getName(), arguments);
  }

  private static String awaitReady(Child child) throws InterruptedException, TimeoutException {
    return child.awaitLine("ready: ", Duration.ofMinutes(1));
  }

  /** The program: port, management port, and the data folder if there is one. */
  public static void main(String[] arguments) throws Exception {
    BrokerOptions options =
        BrokerOptions.local()
            .withPort(Integer.parseInt(arguments[0]))
            .withManagementPort(Integer.parseInt(arguments[1]))
            .withLimits(Limits.DEFAULT.withMemory(MEMORY));
    Broker broker =
        Broker.start(arguments.length > 2 ? options.withData(Path.of(arguments[2])) : options);
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
    System.out.println("ready: " + broker.uri() + " " + broker.managementUri().orElseThrow());
    // Ends with whoever started it.
    while (System.in.read() >= 0) {}
    Runtime.getRuntime().halt(1);
  }

  @Override
  public String name() {
    return data.isPresent() ? DATA : "dev";
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
    all.removeAll(EnumSet.of(FaultKind.DISK_ALARM, FaultKind.KILL_NODE, FaultKind.MOVE_LEADER));
    if (data.isEmpty()) {
      all.removeAll(EnumSet.of(FaultKind.RESTART_BROKER, FaultKind.KILL_BROKER));
    }
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
  public void restart() throws IOException, InterruptedException {
    requireData();
    child.terminate();
    if (!child.awaitEnd(STOP_PATIENCE)) {
      throw new IllegalStateException("the dev broker does not stop; " + child.log());
    }
    startAgain();
  }

  @Override
  public void killAndStart() throws IOException, InterruptedException {
    requireData();
    child.kill();
    startAgain();
  }

  private void startAgain() throws IOException, InterruptedException {
    child = start(amqp.getPort(), management.getPort());
    try {
      awaitReady(child);
    } catch (TimeoutException e) {
      throw new IOException(e);
    }
  }

  private void requireData() {
    if (data.isEmpty()) {
      throw notThisOne();
    }
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
