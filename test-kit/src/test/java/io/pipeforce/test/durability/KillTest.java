package io.pipeforce.test.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kills a service again and again while messages flow, and looks for what is missing. */
class KillTest {
  private static final int MESSAGES = 10_000;
  private static final int KILLS = 10;
  private static final int LINE = 9;
  private static final String EXCHANGE = "pipeforce.test.kill";
  private static final String SERVICE = "killed";
  private static final String QUEUE = "pipeforce.service.killed.RecordingService.record";
  private static final String DEAD_LETTERS = "pipeforce.test.kill.dead";

  @TempDir private Path folder;

  static java.util.stream.Stream<TestBroker> brokers() {
    return RealBrokers.all();
  }

  @ParameterizedTest
  @MethodSource("brokers")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void a_service_killed_ten_times_among_ten_thousand_messages_loses_none(TestBroker broker)
      throws Exception {
    Path file = folder.resolve("handled");
    clean(broker);
    Process service = start(broker, file);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        EventClient client =
            EventClient.connect(BrokerAddress.parse(broker.uri().toString()), EXCHANGE)) {
      List<Future<?>> sending = new ArrayList<>();
      for (int sender = 0; sender < 10; sender++) {
        int first = sender * MESSAGES / 10;
        sending.add(
            threads.submit(() -> {
              for (int id = first; id < first + MESSAGES / 10; id++) {
                client.send("record.me", "%08d".formatted(id));
              }
            }));
      }
      for (int kill = 1; kill <= KILLS; kill++) {
        long enough = (long) kill * MESSAGES / (KILLS + 1);
        await().atMost(Duration.ofMinutes(1)).until(() -> lines(file) >= enough);
        service.destroyForcibly().waitFor();
        service = start(broker, file);
      }
      for (Future<?> sender : sending) {
        sender.get();
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(handled(file)).hasSize(MESSAGES));
    } finally {
      service.destroy();
      service.waitFor();
    }

    assertThat(handled(file).first()).isEqualTo("00000000");
    assertThat(handled(file).last()).isEqualTo("%08d".formatted(MESSAGES - 1));
    assertThat(messagesIn(broker, QUEUE)).as("left in the queue").isZero();
    assertThat(messagesIn(broker, DEAD_LETTERS)).as("dead letters").isZero();
    System.out.printf(
        "%s: %d messages, %d kills, 0 lost, %d handled twice or more%n",
        broker, MESSAGES, KILLS, lines(file) - MESSAGES);
    clean(broker);
  }

  private static Process start(TestBroker broker, Path file) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            RecordingService.class.getName(),
            file.toString());
    builder
        .environment()
        .putAll(
            Map.of(
                "PIPEFORCE_SERVICE",
                SERVICE,
                "PIPEFORCE_NAMESPACE",
                "test",
                "PIPEFORCE_MESSAGE_BROKER",
                broker.uri().toString(),
                "PIPEFORCE_MESSAGING_DEFAULT_TOPIC",
                EXCHANGE,
                "PIPEFORCE_MESSAGING_DEFAULT_DLQ",
                DEAD_LETTERS,
                "PIPEFORCE_HEALTH_PORT",
                "0",
                "PIPEFORCE_LOG_LEVEL",
                "ERROR"));
    Process process = builder.redirectErrorStream(true).start();
    try {
      String first = process.inputReader().readLine();
      assertThat(first).isEqualTo("ready");
      return process;
    } catch (Exception | AssertionError e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static long lines(Path file) throws Exception {
    return Files.exists(file) ? Files.size(file) / LINE : 0;
  }

  private static TreeSet<String> handled(Path file) throws Exception {
    return new TreeSet<>(Files.readAllLines(file));
  }

  private static long messagesIn(TestBroker broker, String queue) throws Exception {
    try (Connection connection = Brokers.connect(broker);
        Channel channel = connection.createChannel()) {
      return channel.messageCount(queue);
    }
  }

  private static void clean(TestBroker broker) throws Exception {
    try (Connection connection = Brokers.connect(broker);
        Channel channel = connection.createChannel()) {
      channel.queueDelete(QUEUE);
      channel.queueDelete(DEAD_LETTERS);
      channel.exchangeDelete(EXCHANGE);
    }
  }
}
