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
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** However much one client asks for, the others are served. */
class LimitsTest extends LimitedBroker {
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
