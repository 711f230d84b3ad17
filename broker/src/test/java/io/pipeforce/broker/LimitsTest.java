package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.pipeforce.broker.session.Limits;
import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.ConnectionMethod;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.QueueMethod;
import io.pipeforce.broker.wire.TxMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However much one client asks for, the others are served. */
class LimitsTest {
  private static final Duration SOON = BrokerTest.SOON;

  /** More than any machine needs for one message, less than anybody would wait. */
  private static final Duration BEARABLE = Duration.ofSeconds(5);

  private static final int MEGABYTE = 1024 * 1024;

  private final List<RawClient> clients = new ArrayList<>();
  private Broker broker;
  private Observer observer;

  private void start(Limits limits) throws Exception {
    start(BrokerOptions.local().withLimits(limits));
  }

  private void start(BrokerOptions options) throws Exception {
    broker = Broker.start(options);
    observer = Observer.of(broker);
  }

  @AfterEach
  void nothing_is_left_over() throws Exception {
    try {
      Duration slowest = observer.end();
      assertThat(slowest).isLessThan(BEARABLE);
      for (RawClient client : clients) {
        client.close();
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> {
            assertThat(broker.server().connections()).isEmpty();
            broker.server().host().queues().forEach(queue -> queue.purge());
            assertThat(broker.server().host().memory().bytes()).isZero();
          });
    } finally {
      broker.close();
    }
  }

  private RawClient client() throws IOException {
    RawClient client = RawClient.open(broker);
    clients.add(client);
    return client;
  }

  /** Waits until the observer has got through again. */
  private void awaitObserver() {
    long before = observer.trips();
    Awaitility.await().atMost(SOON).until(() -> observer.trips() > before + 2);
  }

  private static QueueMethod.Declare declare(String queue) {
    return new QueueMethod.Declare(queue, false, false, false, false, false, FieldTable.EMPTY);
  }

  private static void body(RawClient client, int channel, int size) throws IOException {
    for (int sent = 0; sent < size; sent += 100_000) {
      client.frame(Frame.BODY, channel, new byte[Math.min(100_000, size - sent)]);
    }
  }

  private static void message(RawClient client, String queue, int size) throws IOException {
    client.publish(1, queue);
    client.contentHeader(1, 60, 0, size);
    body(client, 1, size);
  }

  @Test
  void connections_beyond_the_limit_are_530_until_one_has_gone() throws Exception {
    start(Limits.DEFAULT.withConnections(3));
    RawClient second = client();
    client();
    try (RawClient fourth = new RawClient(broker)) {
      fourth.header();
      fourth.expect(ConnectionMethod.Start.class);
      fourth.startOk("PLAIN", "\0guest\0guest");
      fourth.expect(ConnectionMethod.Tune.class);
      fourth.send(0, new ConnectionMethod.TuneOk(2047, 131_072, 0));
      fourth.send(0, new ConnectionMethod.Open("/"));

      ConnectionMethod.Close close = fourth.expect(ConnectionMethod.Close.class);
      assertThat(close.replyCode()).isEqualTo(530);
      assertThat(close.replyText())
          .isEqualTo("NOT_ALLOWED - connection refused: node connection limit (3) is reached");
      assertThat(close.failedClass()).isEqualTo(10);
      assertThat(close.failedMethod()).isEqualTo(40);
    }

    second.close();

    Awaitility.await().atMost(SOON).until(() -> broker.server().connections().size() == 2);
    client();
  }

  @Test
  void thousands_who_never_log_in_make_room_for_one_who_does() throws Exception {
    start(Limits.DEFAULT);
    for (int i = 0; i < 2200; i++) {
      RawClient silent = new RawClient(broker);
      clients.add(silent);
      if (i % 2 == 0) {
        silent.header();
      }
    }

    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      awaitObserver();
    }
    // The first of them were shown the door, long before their ten seconds were over.
    RawClient first = clients.getFirst();
    first.socket.setSoTimeout(5000);
    assertThat(first.expect(ConnectionMethod.Start.class)).isNotNull();
    first.expectEnd();
  }

  @Test
  void bodies_that_are_never_finished_count_as_memory_and_end_in_506() throws Exception {
    start(Limits.DEFAULT.withMemory(8 * MEGABYTE).withMessageSize(MEGABYTE));
    RawClient hoarder = client();
    String closed = "";
    try {
      for (int channel = 1; channel <= 20; channel++) {
        hoarder.withChannel(channel);
        hoarder.publish(channel, "q");
        hoarder.contentHeader(channel, 60, 0, MEGABYTE);
        body(hoarder, channel, MEGABYTE - 1);
      }
    } catch (AssertionError e) {
      closed = e.getMessage();
    }

    assertThat(closed)
        .contains("506", "RESOURCE_ERROR - messages that were begun and not finished");
    awaitObserver();
  }

  @Test
  void what_a_transaction_never_commits_counts_as_memory_and_ends_in_506() throws Exception {
    start(Limits.DEFAULT.withMemory(8 * MEGABYTE).withMessageSize(MEGABYTE));
    RawClient hoarder = client().withChannel(1);
    hoarder.send(1, declare("q"));
    hoarder.expect(QueueMethod.DeclareOk.class);
    hoarder.send(1, new TxMethod.Select());
    hoarder.expect(TxMethod.SelectOk.class);
    for (int i = 0; i < 9; i++) {
      message(hoarder, "q", MEGABYTE);
    }

    assertThat(hoarder.expectClose())
        .isEqualTo(
            "506 RESOURCE_ERROR - messages that were begun and not finished fill the memory");
    awaitObserver();
  }

  @Test
  void a_message_larger_than_the_memory_arrives_whole_and_blocks_what_follows() throws Exception {
    start(Limits.DEFAULT.withMemory(MEGABYTE));
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    try (Connection publisher = factory.newConnection()) {
      publisher.addBlockedListener(heard::add, () -> heard.add("unblocked"));
      var channel = publisher.createChannel();
      channel.queueDeclare("large", false, false, false, null);
      channel.basicPublish("", "large", BrokerTest.PLAIN, new byte[3 * MEGABYTE]);

      assertThat(heard.poll(SOON.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo("low on memory");
      assertThat(broker.server().host().existingQueue("large").purge()).isEqualTo(1);
      assertThat(heard.poll(SOON.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo("unblocked");
    }
  }

  @Test
  void messages_for_clients_that_do_not_read_count_as_memory_until_these_are_gone()
      throws Exception {
    start(Limits.DEFAULT.withMemory(8 * MEGABYTE));
    List<RawClient> slow = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      RawClient reader = client().withChannel(1);
      reader.send(1, declare("q" + i));
      reader.expect(QueueMethod.DeclareOk.class);
      reader.send(
          1, new BasicMethod.Consume("q" + i, "", false, true, false, false, FieldTable.EMPTY));
      reader.expect(BasicMethod.ConsumeOk.class);
      slow.add(reader);
    }
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    try (Connection publisher = factory.newConnection()) {
      AtomicBoolean wasBlocked = new AtomicBoolean();
      publisher.addBlockedListener(
          reason -> {
            wasBlocked.set(true);
            heard.add(reason);
          },
          () -> heard.add("unblocked"));
      var channel = publisher.createChannel();
      // Each holds a message of half a megabyte in its socket's buffers, and three more in ours.
      // On a thread of its own, since the broker may stop reading in the middle of one.
      Thread publishing =
          Thread.startVirtualThread(() -> {
            try {
              for (int i = 0; i < 120 && !wasBlocked.get(); i++) {
                channel.basicPublish("", "q" + i % 12, BrokerTest.PLAIN, new byte[MEGABYTE / 2]);
              }
            } catch (IOException e) {
              heard.add("not published: " + e);
            }
          });
      assertThat(heard.poll(SOON.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo("low on memory");
      broker.server().host().queues().forEach(queue -> queue.purge());

      for (RawClient reader : slow) {
        reader.close();
      }
      broker.server().host().queues().forEach(queue -> queue.purge());
      publishing.join();

      assertThat(heard.poll(SOON.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo("unblocked");
    }
  }

  @Test
  void a_client_that_recovers_in_a_loop_gets_no_more_than_its_share() throws Exception {
    start(Limits.DEFAULT);
    RawClient client = client().withChannel(1);
    client.send(1, declare("q"));
    client.expect(QueueMethod.DeclareOk.class);
    for (int i = 0; i < 2000; i++) {
      message(client, "q", 10_000);
    }
    client.send(1, new BasicMethod.Consume("q", "", false, false, false, false, FieldTable.EMPTY));
    client.expect(BasicMethod.ConsumeOk.class);
    // Reads nothing, and sends 12 octets each that could mean twenty megabytes.
    client.socket.setSendBufferSize(64 * 1024);
    for (int i = 0; i < 3000; i++) {
      client.send(1, new BasicMethod.RecoverAsync(true));
      client.send(1, new BasicMethod.Nack(0, true, true));
    }
    awaitObserver();

    assertThat(broker.server().connections())
        .allSatisfy(connection ->
            assertThat(connection.pending()).isLessThan(5L * Limits.DEFAULT.outbound()));
    assertThat(broker.server().host().memory().bytes()).isLessThan(30L * MEGABYTE);
  }

  @Test
  void a_client_that_asks_and_never_listens_is_not_heard_for_long() throws Exception {
    start(Limits.DEFAULT);
    RawClient deaf = RawClient.open(broker, 1).withChannel(1);
    clients.add(deaf);
    deaf.send(1, declare("q"));
    deaf.expect(QueueMethod.DeclareOk.class);
    message(deaf, "q", 100_000);
    Thread asking =
        Thread.startVirtualThread(() -> {
          try {
            while (true) {
              deaf.send(1, new BasicMethod.Get("q", false));
              deaf.send(1, new BasicMethod.Nack(0, true, true));
            }
          } catch (IOException _) {
            // As it should be.
          }
        });

    // After two heartbeats in which it took nothing it is lost.
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> broker.server().connections().size() == 1);
    assertThat(asking.join(SOON)).isTrue();
  }

  @Test
  void queues_are_refused_when_there_is_no_memory_for_more() throws Exception {
    start(Limits.DEFAULT.withMemory(20L * MEGABYTE));
    RawClient greedy = client().withChannel(1);
    int declared = 0;
    Frame answer;
    do {
      greedy.send(
          1,
          new QueueMethod.Declare(
              "greedy-" + declared++, false, false, true, false, false, FieldTable.EMPTY));
      answer = greedy.in.next();
    } while (declared < 100_000 && !isChannelClose(answer));

    assertThat(declared).isBetween(1000, 10_000);
    assertThat(answer.toString())
        .contains("406", "the memory for queues, exchanges, bindings and consumers is used up");
    // They were exclusive: with their owner they go, and then there is room again.
    greedy.close();
    Awaitility.await()
        .atMost(SOON)
        .until(() -> broker.server().host().topologyMemory().octets() < MEGABYTE);
    RawClient modest = client().withChannel(1);
    modest.send(1, declare("modest"));
    modest.expect(QueueMethod.DeclareOk.class);
  }

  private static boolean isChannelClose(Frame frame) {
    return frame instanceof Frame.MethodFrame(_, var method)
        && method instanceof io.pipeforce.broker.wire.ChannelMethod.Close;
  }

  @Test
  void bindings_and_consumers_are_refused_when_there_is_no_memory_for_more() throws Exception {
    start(Limits.DEFAULT.withMemory(20L * MEGABYTE));
    RawClient greedy = client().withChannel(1).withChannel(2);
    greedy.send(1, declare("q"));
    greedy.expect(QueueMethod.DeclareOk.class);
    Frame answer;
    int count = 0;
    do {
      greedy.send(
          1, new QueueMethod.Bind("q", "amq.topic", "a." + count++, false, FieldTable.EMPTY));
      answer = greedy.in.next();
    } while (count < 100_000 && !isChannelClose(answer));
    assertThat(answer.toString()).contains("406", "cannot bind queue 'q' in vhost '/'");
    greedy.send(2, new QueueMethod.Delete("q", false, false, false));
    greedy.expect(QueueMethod.DeleteOk.class);
    greedy.send(2, declare("r"));
    greedy.expect(QueueMethod.DeclareOk.class);
    count = 0;
    do {
      greedy.send(
          2,
          new BasicMethod.Consume("r", "c" + count++, false, true, false, false, FieldTable.EMPTY));
      answer = greedy.in.next();
    } while (count < 100_000 && !isChannelClose(answer));

    assertThat(answer.toString()).contains("406", "cannot consume from queue 'r' in vhost '/'");
    awaitObserver();
  }

  @Test
  void headers_full_of_nothing_count_for_what_they_take() throws Exception {
    start(Limits.DEFAULT.withMemory(20L * MEGABYTE));
    RawClient client = client().withChannel(1);
    client.send(1, declare("q"));
    client.expect(QueueMethod.DeclareOk.class);
    // A hundred thousand fields in a hundred kilobytes.
    ByteBuffer header = ByteBuffer.allocate(12 + 2 + 4 + 3 + 4 + 100_000);
    header.putShort((short) 60).putShort((short) 0).putLong(0).putShort((short) (1 << 13));
    header.putInt(3 + 4 + 100_000).put((byte) 1).put((byte) 'a').put((byte) 'A').putInt(100_000);
    while (header.hasRemaining()) {
      header.put((byte) 'V');
    }

    for (int i = 0; i < 5; i++) {
      client.publish(1, "q");
      client.frame(Frame.HEADER, 1, header.array());
    }

    Awaitility.await()
        .atMost(SOON)
        .until(() -> broker.server().host().memory().bytes() > 5 * 2 * 1_000_000);
  }

  @Test
  void a_table_that_is_nested_too_deep_is_501() throws Exception {
    start(Limits.DEFAULT);
    RawClient client = client().withChannel(1);
    int depth = 10_000;
    ByteBuffer payload = ByteBuffer.allocate(4 + 2 + 2 + 1 + 4 + 2 + depth * 5);
    payload.put(new byte[] {0, 50, 0, 10, 0, 0, 1, 'q', 0}).putInt(2 + depth * 5);
    payload.put((byte) 1).put((byte) 'a');
    for (int i = 1; i <= depth; i++) {
      payload.put((byte) 'A').putInt((depth - i) * 5);
    }
    client.frame(Frame.METHOD, 1, payload.array());

    assertThat(client.expectClose()).startsWith("501 FRAME_ERROR - cannot decode <<0,0,1,113,0,");
  }

  @Test
  void clients_that_send_without_a_pause_take_turns_with_the_others() throws Exception {
    start(Limits.DEFAULT);
    RawClient binding = client().withChannel(1);
    binding.send(1, declare("q"));
    binding.expect(QueueMethod.DeclareOk.class);
    for (int i = 0; i < 500; i++) {
      binding.send(
          1,
          new QueueMethod.Bind(
              "q", "amq.headers", "", true, new FieldTable(Map.of("never", new Field.Int32(i)))));
    }
    ByteBuffer flood = ByteBuffer.allocate(100_000);
    byte[] publish = bytes(new BasicMethod.Publish("amq.headers", "", false, false));
    while (flood.remaining() > publish.length + 22) {
      flood.put(publish);
      flood.put(new byte[] {2, 0, 1, 0, 0, 0, 14, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
      flood.put((byte) Frame.END);
    }
    List<Thread> flooding = new ArrayList<>();
    // Twice as many as there are threads to serve them.
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      RawClient client = client().withChannel(1);
      flooding.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  while (true) {
                    client.socket.getOutputStream().write(flood.array(), 0, flood.position());
                  }
                } catch (IOException _) {
                  // The test is over.
                }
              }));
    }

    long before = observer.trips();
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> observer.trips() > before + 100);
    for (RawClient client : clients) {
      client.close();
    }
    for (Thread thread : flooding) {
      thread.join(SOON);
    }
  }

  private static byte[] bytes(BasicMethod.Publish publish) throws IOException {
    var out = new java.io.ByteArrayOutputStream();
    var frames = new io.pipeforce.broker.wire.FrameWriter(out, 4096);
    frames.method(1, publish);
    frames.flush();
    return out.toByteArray();
  }

  /** An address of this machine by which others could reach it. */
  private static InetAddress address() throws SocketException {
    List<InetAddress> addresses =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(each -> each instanceof java.net.Inet4Address && !each.isLoopbackAddress())
            .toList();
    assumeThat(addresses).as("addresses besides loopback").isNotEmpty();
    return addresses.getFirst();
  }

  @Test
  void guest_is_let_in_from_this_machine_only() throws Exception {
    InetAddress address = address();
    start(new BrokerOptions("0.0.0.0", 0, OptionalInt.empty(), Optional.empty(), Limits.DEFAULT));
    for (String mechanism : List.of("PLAIN", "ANONYMOUS")) {
      try (RawClient told = new RawClient(address, broker.port())) {
        told.header();
        told.expect(ConnectionMethod.Start.class);
        told.startOk(
            new FieldTable(
                Map.of(
                    "capabilities",
                    new Field.Table(
                        new FieldTable(
                            Map.of("authentication_failure_close", new Field.Bool(true)))))),
            mechanism,
            "\0guest\0guest");

        assertThat(told.expect(ConnectionMethod.Close.class).replyText())
            .isEqualTo(
                "ACCESS_REFUSED - Login was refused using authentication mechanism "
                    + mechanism
                    + ". For details see the broker logfile.");
      }
    }
    try (RawClient untold = new RawClient(address, broker.port())) {
      untold.header();
      untold.expect(ConnectionMethod.Start.class);
      untold.startOk("PLAIN", "\0guest\0guest");

      untold.expectEnd();
    }
  }

  @Test
  void the_default_address_is_loopback() throws Exception {
    start(BrokerOptions.local());

    assertThat(broker.server().address().isLoopbackAddress()).isTrue();
    awaitObserver();
  }

  @Test
  void a_client_that_does_not_read_gets_no_more_and_leaves_the_rest_to_others()
      throws IOException, InterruptedException, TimeoutException, Exception {
    start(Limits.DEFAULT);
    RawClient deaf = client().withChannel(1);
    deaf.send(1, declare("q"));
    deaf.expect(QueueMethod.DeclareOk.class);
    deaf.send(1, new BasicMethod.Consume("q", "", false, true, false, false, FieldTable.EMPTY));
    deaf.expect(BasicMethod.ConsumeOk.class);
    RawClient publisher = client().withChannel(1);
    for (int i = 0; i < 300; i++) {
      message(publisher, "q", 100_000);
    }
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    try (Connection other = factory.newConnection()) {
      other
          .createChannel()
          .basicConsume("q", true, (_, delivery) -> received.add(delivery.getBody()), _ -> {});

      // Its own buffer and those of the system hold some; all others come.
      Awaitility.await().atMost(SOON).until(() -> received.size() > 150);
    }
  }
}
