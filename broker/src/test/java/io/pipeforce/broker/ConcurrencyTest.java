package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many clients at once, and nothing gets lost or stuck. */
class ConcurrencyTest extends BrokerTest {
  private static final int PUBLISHERS = 3;
  private static final int EACH = 300;

  private static final Duration LONG = Duration.ofSeconds(60);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  private void publishAll(int publisher) throws Exception {
    try (Connection own = connect()) {
      Channel publishing = own.createChannel();
      publishing.confirmSelect();
      for (int i = 0; i < EACH; i++) {
        publishing.basicPublish(
            "amq.fanout", "", PLAIN, (publisher + "-" + i).getBytes(StandardCharsets.UTF_8));
      }
      publishing.waitForConfirmsOrDie(SOON.toMillis());
    }
  }

  /** Acknowledges most, gives some back, and now and then vanishes with what it holds. */
  private void consumeUntil(AtomicBoolean over, String queue, Set<String> handled, int seed)
      throws Exception {
    Random random = new Random(seed);
    while (!over.get()) {
      try (Connection own = connect()) {
        Channel consuming = own.createChannel();
        consuming.basicQos(1 + random.nextInt(20));
        int lifetime = 20 + random.nextInt(200);
        AtomicBoolean done = new AtomicBoolean();
        consuming.basicConsume(
            queue,
            new DefaultConsumer(consuming) {
              private int count;

              @Override
              public void handleDelivery(
                  String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                  throws IOException {
                count++;
                if (count > lifetime) {
                  done.set(true);
                } else if (random.nextInt(10) == 0) {
                  consuming.basicNack(envelope.getDeliveryTag(), false, true);
                } else {
                  handled.add(text(body));
                  consuming.basicAck(envelope.getDeliveryTag(), false);
                }
              }
            });
        Awaitility.await().atMost(LONG).until(() -> done.get() || over.get());
      }
    }
  }

  private <T> Future<T> start(Callable<T> work) {
    return threads.submit(work);
  }

  @Test
  void every_confirmed_message_is_handled_although_consumers_come_and_go() throws Exception {
    queue("classic");
    quorum("quorum", Map.of("x-delivery-limit", -1));
    Map<String, Set<String>> handled =
        Map.of("classic", ConcurrentHashMap.newKeySet(), "quorum", ConcurrentHashMap.newKeySet());
    AtomicBoolean over = new AtomicBoolean();
    List<Future<?>> work = new ArrayList<>();
    for (String queue : handled.keySet()) {
      channel.queueBind(queue, "amq.fanout", "");
      for (int i = 0; i < 2; i++) {
        int seed = i;
        work.add(
            start(() -> {
              consumeUntil(over, queue, handled.get(queue), seed);
              return null;
            }));
      }
    }
    for (int i = 0; i < PUBLISHERS; i++) {
      int publisher = i;
      work.add(
          start(() -> {
            publishAll(publisher);
            return null;
          }));
    }

    handled.forEach((queue, bodies) ->
        Awaitility.await().atMost(LONG).until(() -> bodies.size() == PUBLISHERS * EACH));
    over.set(true);
    for (Future<?> each : work) {
      each.get();
    }
    for (String queue : handled.keySet()) {
      Awaitility.await().atMost(SOON).until(() -> channel.messageCount(queue) == 0);
    }
  }

  @Test
  void queues_that_dead_letter_to_each_other_never_lock_each_other_up() throws Exception {
    // Each pushes its oldest message over to the other, from two sides at once.
    queue(
        "a",
        Map.of("x-max-length", 5, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "b"));
    queue(
        "b",
        Map.of("x-max-length", 5, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "a"));
    List<Future<?>> work = new ArrayList<>();
    for (String queue : List.of("a", "b", "a", "b")) {
      work.add(
          start(() -> {
            try (Connection own = connect()) {
              Channel publishing = own.createChannel();
              publishing.confirmSelect();
              for (int i = 0; i < 500; i++) {
                publishing.basicPublish("", queue, PLAIN, new byte[10]);
              }
              publishing.waitForConfirmsOrDie(SOON.toMillis());
            }
            return null;
          }));
    }

    for (Future<?> each : work) {
      each.get();
    }

    assertThat(ready("a")).isEqualTo(5);
    assertThat(ready("b")).isEqualTo(5);
  }

  @Test
  void topology_changes_while_messages_flow() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<Future<?>> work = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      String name = "q" + i;
      work.add(
          start(() -> {
            try (Connection own = connect()) {
              Channel changing = own.createChannel();
              for (int round = 0; round < 100; round++) {
                changing.queueDeclare(name, false, false, true, null);
                changing.queueBind(name, "amq.topic", "a.*");
                changing.queueBind(name, "amq.topic", "#");
                String tag = changing.basicConsume(name, true, (_, _) -> {}, _ -> {});
                if (round % 2 == 0) {
                  changing.basicCancel(tag);
                } else {
                  changing.queueDelete(name);
                }
              }
            }
            over.set(true);
            return null;
          }));
    }
    work.add(
        start(() -> {
          try (Connection own = connect()) {
            Channel publishing = own.createChannel();
            publishing.confirmSelect();
            while (!over.get()) {
              publishing.basicPublish("amq.topic", "a.b", PLAIN, new byte[10]);
              publishing.waitForConfirmsOrDie(SOON.toMillis());
            }
          }
          return null;
        }));

    for (Future<?> each : work) {
      each.get();
    }

    queue("afterwards");
    publish("afterwards", "m");
    awaitReady("afterwards", 1);
  }
}
