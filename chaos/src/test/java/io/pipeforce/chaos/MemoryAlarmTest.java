package io.pipeforce.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.TestBroker;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients see of a broker that has run out of memory, ours and RabbitMQ. */
class MemoryAlarmTest {
  private static final String QUEUE = "pipeforce.alarm";
  private static final int PATIENCE_SECONDS = 30;

  @TempDir private Path folder;

  static Stream<String> brokers() {
    return Stream.concat(
        Stream.of("dev"),
        RealBrokers.present()
            .map(TestBroker::name)
            .map(name -> name.substring(name.indexOf('-') + 1)));
  }

  @ParameterizedTest
  @MethodSource("brokers")
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void publishers_are_told_and_wait_while_consumers_go_on(String name) throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    try (BrokerControl broker = Chaos.broker(name, Path.of("..").toAbsolutePath(), folder)) {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(broker.amqp().getFirst());
      factory.setAutomaticRecoveryEnabled(false);
      try (Connection publisher = factory.newConnection();
          Connection consumer = factory.newConnection()) {
        publisher.addBlockedListener(told::add, () -> told.add("unblocked"));
        Channel publishing = publisher.createChannel();
        publishing.queueDeclare(QUEUE, false, false, true, Map.of());
        publishing.confirmSelect();
        for (String body : new String[] {"1", "2"}) {
          publishing.basicPublish("", QUEUE, MessageProperties.BASIC, body.getBytes(UTF_8));
        }
        publishing.waitForConfirmsOrDie(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));

        broker.memoryAlarm(true);
        try {
          // RabbitMQ tells those who publish, when they do.
          publishing.basicPublish("", QUEUE, MessageProperties.BASIC, "3".getBytes(UTF_8));
          assertThat(next(told)).isEqualTo("low on memory");

          Channel consuming = consumer.createChannel();
          consuming.basicConsume(
              QUEUE,
              true,
              (_, delivery) -> received.add(new String(delivery.getBody(), UTF_8)),
              _ -> {});
          assertThat(next(received)).isEqualTo("1");
          assertThat(next(received)).isEqualTo("2");
        } finally {
          broker.memoryAlarm(false);
        }
        assertThat(next(told)).isEqualTo("unblocked");
        publishing.waitForConfirmsOrDie(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertThat(next(received)).isEqualTo("3");
      }
    }
  }

  private static @Nullable String next(BlockingQueue<String> queue) throws InterruptedException {
    return queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
