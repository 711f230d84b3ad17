package io.pipeforce.dev;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import io.pipeforce.test.internal.RealParts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The cluster of deploy/kubernetes/rabbitmq, made as its page says. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RabbitMqManifestTest {
  /** At least; more, until the node is gone. */
  private static final int MESSAGES = 10_000;

  private static final int BATCH = 100;

  @TempDir private static Path folder;
  private static Kubectl kubectl;
  private static RabbitMqOnCluster rabbit;

  @BeforeAll
  static void startTheCluster() throws Exception {
    RealParts.here().assume(RealParts.KUBERNETES);
    kubectl = Kubectl.inNewNamespace("rabbitmq");
    rabbit = RabbitMqOnCluster.start(kubectl, folder);
  }

  @AfterAll
  static void removeIt() throws Exception {
    if (rabbit != null) {
      rabbit.close();
    } else if (kubectl != null) {
      kubectl.close();
    }
  }

  @Test
  void no_confirmed_message_is_lost_with_the_node_that_leads_the_queue() throws Exception {
    assertThat(rabbit.runningNodes()).isEqualTo(3);
    declare();
    JsonNode queue = rabbit.queue("orders");
    assertThat(queue.at("/type").asString()).isEqualTo("quorum");
    assertThat(queue.at("/members")).hasSize(3);
    String pod = rabbit.leader("orders");
    String address = kubectl.must("get", "pod", pod, "-o", "jsonpath={.status.podIP}");

    int sent = 0;
    CompletableFuture<Void> deleted = new CompletableFuture<>();
    try (Publisher publisher = new Publisher(address)) {
      for (; sent < MESSAGES / 5; sent += BATCH) {
        publisher.publish(sent);
      }
      Thread.ofVirtual().start(() -> delete(pod, deleted));
      for (; sent < MESSAGES / 2 || !publisher.hasLostItsNode(); sent += BATCH) {
        publisher.publish(sent);
      }
      deleted.get(60, TimeUnit.SECONDS);
      int before = sent;
      for (; sent < before + MESSAGES / 2; sent += BATCH) {
        publisher.publish(sent);
      }
    }

    // A batch that was sent again may be there twice.
    assertThat(read(sent)).containsExactlyElementsOf(IntStream.range(0, sent).boxed().toList());
    await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .untilAsserted(() -> {
          assertThat(rabbit.runningNodes()).isEqualTo(3);
          assertThat(rabbit.queue("orders").at("/online")).hasSize(3);
        });
  }

  @Test
  void only_one_node_at_a_time_may_be_taken_away() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() ->
            assertThat(
                    kubectl.must(
                        "get",
                        "poddisruptionbudget",
                        "rabbitmq",
                        "-o",
                        "jsonpath={.status.currentHealthy} {.status.disruptionsAllowed}"))
                .isEqualTo("3 1"));
  }

  private static void delete(String pod, CompletableFuture<Void> deleted) {
    try {
      rabbit.kill(pod);
      deleted.complete(null);
    } catch (Exception | AssertionError e) {
      deleted.completeExceptionally(e);
    }
  }

  private static void declare() throws IOException, TimeoutException {
    try (Connection connection = rabbit.connect()) {
      connection.createChannel().queueDeclare("orders", true, false, false, null);
    }
  }

  /** Sends each batch until it was confirmed, on a new connection when the old one is lost. */
  private static final class Publisher implements AutoCloseable {
    private Connection connection;
    private Channel channel;
    private boolean lost;

    /** First of all on the node that is going to be lost. */
    Publisher(String address) throws IOException, TimeoutException {
      connection = rabbit.connect(address);
      channel = confirming();
    }

    private Channel confirming() throws IOException {
      Channel opened = connection.createChannel();
      opened.confirmSelect();
      return opened;
    }

    boolean hasLostItsNode() {
      return lost;
    }

    void publish(int first) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> isConfirmed(first));
    }

    private boolean isConfirmed(int first) throws InterruptedException {
      try {
        if (!channel.isOpen()) {
          connection.abort(1_000);
          connection = rabbit.connect();
          channel = confirming();
        }
        for (int number = first; number < first + BATCH; number++) {
          channel.basicPublish(
              "",
              "orders",
              MessageProperties.PERSISTENT_BASIC,
              Integer.toString(number).getBytes(UTF_8));
        }
        channel.waitForConfirmsOrDie(5_000);
        return true;
      } catch (IOException | TimeoutException | RuntimeException e) {
        lost = true;
        connection.abort(1_000);
        return false;
      }
    }

    @Override
    public void close() {
      connection.abort(1_000);
    }
  }

  /** Until so many are there, or none came for ten seconds. */
  private static Set<Integer> read(int expected) throws Exception {
    BlockingQueue<Integer> arriving = new LinkedBlockingQueue<>();
    Set<Integer> read = new TreeSet<>();
    try (Connection connection = rabbit.connect()) {
      connection
          .createChannel()
          .basicConsume(
              "orders",
              true,
              (_, message) -> arriving.add(Integer.parseInt(new String(message.getBody(), UTF_8))),
              _ -> {});
      Integer next = arriving.poll(10, TimeUnit.SECONDS);
      while (next != null) {
        read.add(next);
        next = read.size() < expected ? arriving.poll(10, TimeUnit.SECONDS) : null;
      }
    }
    return read;
  }
}
