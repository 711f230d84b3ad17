package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.pipeforce.broker.session.Limits;
import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.QueueMethod;
import io.pipeforce.broker.wire.TxMethod;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What clients make the broker keep counts as memory, and ends when that is used up. */
class MemoryLimitsTest extends LimitedBroker {
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
}
