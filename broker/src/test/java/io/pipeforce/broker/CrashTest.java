package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with a data folder is killed (SIGKILL) while it works. */
class CrashTest {
  private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");
  private static final int BEFORE_THE_KILL = 2_000;
  private static final int MOST_UNCONFIRMED = 300;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path data;

  private static Connection connect(BrokerProcess broker) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }

  @RepeatedTest(3)
  void what_was_confirmed_is_there_after_a_kill() throws Exception {
    NavigableSet<Long> confirmed = new ConcurrentSkipListSet<>();
    Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
    try (BrokerProcess broker = new BrokerProcess(data)) {
      Connection connection = connect(broker);
      Channel publishing = connection.createChannel();
      publishing.queueDeclare("orders", true, false, false, QUORUM);
      publishing.queueDeclare("copies", true, false, false, Map.of());
      publishing.queueBind("orders", "amq.topic", "order");
      publishing.queueBind("copies", "amq.topic", "order");
      publishing.confirmSelect();
      CountDownLatch enough = new CountDownLatch(BEFORE_THE_KILL);
      Semaphore unconfirmed = new Semaphore(MOST_UNCONFIRMED);
      publishing.addConfirmListener(
          (tag, multiple) -> {
            for (long each = multiple ? firstUnconfirmed(confirmed) : tag; each <= tag; each++) {
              confirmed.add(each);
              enough.countDown();
              unconfirmed.release();
            }
          },
          (_, _) -> {});
      publishing.addShutdownListener(_ -> unconfirmed.release());
      Channel consuming = connection.createChannel();
      consuming.basicQos(1_000);
      consuming.basicConsume(
          "orders",
          false,
          (_, delivery) -> {
            int number = number(delivery.getBody());
            if (number % 3 != 0) {
              consuming.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
              acknowledged.add(number);
            }
          },
          _ -> {});
      Thread publisher =
          Thread.ofVirtual().start(() -> publishUntilTheEnd(publishing, unconfirmed));
      assertThat(enough.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      broker.close();
      publisher.join();
      connection.abort();
    }

    try (BrokerProcess broker = new BrokerProcess(data);
        Connection connection = connect(broker)) {
      Channel channel = connection.createChannel();
      List<Integer> copies = drained(channel, "copies");
      assertThat(copies).isSorted().doesNotHaveDuplicates();
      assertThat(copies).containsAll(numbers(confirmed));
      List<Integer> orders = drained(channel, "orders");
      assertThat(orders).isSorted().doesNotHaveDuplicates();
      Set<Integer> unhandled = new TreeSet<>(numbers(confirmed));
      unhandled.removeAll(acknowledged);
      assertThat(orders).containsAll(unhandled);
    }
  }

  private static long firstUnconfirmed(NavigableSet<Long> confirmed) {
    return confirmed.isEmpty() ? 1 : confirmed.last() + 1;
  }

  /** The n-th message of a channel in confirm mode carries the number n. */
  private static void publishUntilTheEnd(Channel channel, Semaphore unconfirmed) {
    try {
      while (true) {
        unconfirmed.acquire();
        channel.basicPublish(
            "amq.topic",
            "order",
            MessageProperties.PERSISTENT_BASIC,
            Long.toString(channel.getNextPublishSeqNo()).getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException | AlreadyClosedException | InterruptedException _) {
      // The broker was killed.
    }
  }

  private static List<Integer> numbers(Set<Long> confirmed) {
    return confirmed.stream().map(Long::intValue).toList();
  }

  private static int number(byte[] body) {
    return Integer.parseInt(new String(body, StandardCharsets.UTF_8));
  }

  private static List<Integer> drained(Channel channel, String queue) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (GetResponse next = channel.basicGet(queue, true);
        next != null;
        next = channel.basicGet(queue, true)) {
      numbers.add(number(next.getBody()));
    }
    return numbers;
  }

  @Test
  void after_a_kill_a_classic_queue_calls_everything_redelivered() throws Exception {
    try (BrokerProcess broker = new BrokerProcess(data)) {
      Connection connection = connect(broker);
      Channel channel = connection.createChannel();
      channel.queueDeclare("classic", true, false, false, Map.of());
      channel.queueDeclare("quorum", true, false, false, QUORUM);
      channel.confirmSelect();
      for (String queue : List.of("classic", "quorum")) {
        channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, new byte[0]);
        channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, new byte[0]);
      }
      channel.waitForConfirmsOrDie(PATIENCE.toMillis());
      channel.basicGet("quorum", false);
      // Written after the delivery has been counted.
      channel.basicPublish("", "quorum", MessageProperties.PERSISTENT_BASIC, new byte[0]);
      channel.waitForConfirmsOrDie(PATIENCE.toMillis());
      broker.close();
      connection.abort();
    }

    try (BrokerProcess broker = new BrokerProcess(data);
        Connection connection = connect(broker)) {
      Channel channel = connection.createChannel();
      assertThat(channel.basicGet("classic", true).getEnvelope().isRedeliver()).isTrue();
      GetResponse first = channel.basicGet("quorum", true);
      assertThat(first.getEnvelope().isRedeliver()).isTrue();
      assertThat(first.getProps().getHeaders()).containsEntry("x-delivery-count", 1L);
      assertThat(channel.basicGet("quorum", true).getEnvelope().isRedeliver()).isFalse();
    }
  }

  @Test
  void a_broker_whose_disk_is_full_ends_and_has_lost_nothing_that_it_confirmed() throws Exception {
    long confirmed = 0;
    try (BrokerProcess broker = BrokerProcess.onSmallDisk(data, 4 * 1024)) {
      Connection connection = connect(broker);
      Channel channel = connection.createChannel();
      channel.queueDeclare("orders", true, false, false, QUORUM);
      channel.confirmSelect();
      CompletableFuture<ShutdownSignalException> end = new CompletableFuture<>();
      connection.addShutdownListener(end::complete);
      try {
        for (long number = 1; ; number++) {
          channel.basicPublish(
              "", "orders", MessageProperties.PERSISTENT_BASIC, new byte[100 * 1024]);
          channel.waitForConfirmsOrDie(PATIENCE.toMillis());
          confirmed = number;
        }
      } catch (IOException | ShutdownSignalException _) {
        // Full.
      }
      assertThat(end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).hasMessageContaining("320");
      assertThat(broker.exitValue()).isEqualTo(3);
    }

    try (BrokerProcess broker = new BrokerProcess(data);
        Connection connection = connect(broker)) {
      Channel channel = connection.createChannel();
      assertThat(confirmed).isPositive();
      assertThat(channel.messageCount("orders")).isGreaterThanOrEqualTo(confirmed);
    }
  }
}
