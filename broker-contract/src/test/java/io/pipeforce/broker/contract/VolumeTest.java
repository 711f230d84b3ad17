package io.pipeforce.broker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many messages and several clients at once: nothing is lost, doubled or out of order. */
class VolumeTest extends Contract {

  private static final int MESSAGES = 5_000;

  @Test
  void messages_pass_through_a_classic_queue_with_batched_acknowledgements() throws Exception {
    assertPass(queue());
  }

  @Test
  void messages_pass_through_a_quorum_queue_with_batched_acknowledgements() throws Exception {
    assertPass(quorumQueue());
  }

  @Test
  void several_publishers_and_consumers_share_a_queue() throws Exception {
    String queue = queue();
    int publishers = 4;
    int each = 500;
    Set<String> received = ConcurrentHashMap.newKeySet();
    List<Inbox> inboxes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Channel own = newChannel();
      own.basicQos(20);
      inboxes.add(consume(own, queue, false));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < publishers; i++) {
        int publisher = i;
        Channel own = newChannel();
        running.add(
            threads.submit(() -> {
              for (int n = 0; n < each; n++) {
                own.basicPublish("", queue, null, (publisher + "-" + n).getBytes(UTF_8));
              }
              return null;
            }));
      }
      for (Inbox inbox : inboxes) {
        threads.submit(() -> {
          while (received.size() < publishers * each) {
            Delivery delivery = inbox.next();
            assertThat(received.add(Inbox.text(delivery))).isTrue();
            inbox.getChannel().basicAck(delivery.getEnvelope().getDeliveryTag(), false);
          }
          return null;
        });
      }
      for (Future<?> publisher : running) {
        publisher.get();
      }
      await().atMost(PATIENCE).until(() -> received.size() == publishers * each);
      threads.shutdownNow();
    }
    assertThat(ready(queue)).isZero();
  }

  private void assertPass(String queue) throws Exception {
    Channel consumer = newChannel();
    consumer.basicQos(200);
    Inbox inbox = consume(consumer, queue, false);
    Channel publisher = newChannel();
    publisher.confirmSelect();
    for (int i = 0; i < MESSAGES; i++) {
      publisher.basicPublish("", queue, null, Integer.toString(i).getBytes(UTF_8));
    }

    List<String> received = new ArrayList<>();
    while (received.size() < MESSAGES) {
      Delivery delivery = inbox.next();
      received.add(Inbox.text(delivery));
      if (received.size() % 50 == 0) {
        consumer.basicAck(delivery.getEnvelope().getDeliveryTag(), true);
      }
    }
    publisher.waitForConfirmsOrDie(PATIENCE.toMillis());
    consumer.close();

    assertThat(received)
        .isEqualTo(IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList());
    assertThat(channel.queueDelete(queue).getMessageCount()).isZero();
  }
}
