package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.broker.session.Limits;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.QueueMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

/** A broker with limits, hostile clients, and a well-behaved one beside them. */
abstract class LimitedBroker {
  static final Duration SOON = BrokerTest.SOON;

  /** More than any machine needs for one message, less than anybody would wait. */
  private static final Duration BEARABLE = Duration.ofSeconds(5);

  static final int MEGABYTE = 1024 * 1024;

  final List<RawClient> clients = new ArrayList<>();
  Broker broker;
  Observer observer;

  final void start(Limits limits) throws Exception {
    start(BrokerOptions.local().withLimits(limits));
  }

  final void start(BrokerOptions options) throws Exception {
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

  final RawClient client() throws IOException {
    RawClient client = RawClient.open(broker);
    clients.add(client);
    return client;
  }

  /** Waits until the observer has got through again. */
  final void awaitObserver() {
    long before = observer.trips();
    Awaitility.await().atMost(SOON).until(() -> observer.trips() > before + 2);
  }

  static QueueMethod.Declare declare(String queue) {
    return new QueueMethod.Declare(queue, false, false, false, false, false, FieldTable.EMPTY);
  }

  static void body(RawClient client, int channel, int size) throws IOException {
    for (int sent = 0; sent < size; sent += 100_000) {
      client.frame(Frame.BODY, channel, new byte[Math.min(100_000, size - sent)]);
    }
  }

  static void message(RawClient client, String queue, int size) throws IOException {
    client.publish(1, queue);
    client.contentHeader(1, 60, 0, size);
    body(client, 1, size);
  }
}
