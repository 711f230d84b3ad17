package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What becomes of messages that are acknowledged, refused, given back or forgotten. */
class SettlementTest extends BrokerTest {
  private List<Long> fetch(String queue, int count) throws Exception {
    awaitReady(queue, count);
    return IntStream.range(0, count)
        .mapToObj(_ -> {
          try {
            return channel.basicGet(queue, false).getEnvelope().getDeliveryTag();
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        })
        .toList();
  }

  private List<String> drain(String queue, int count) {
    awaitReady(queue, count);
    return IntStream.range(0, count).mapToObj(_ -> body(get(queue))).toList();
  }

  private void publishNumbers(String queue, int count) throws Exception {
    for (int i = 1; i <= count; i++) {
      publish(queue, "" + i);
    }
  }

  @Test
  void acknowledged_messages_do_not_come_back() throws Exception {
    queue("q");
    publishNumbers("q", 3);
    List<Long> tags = fetch("q", 3);
    channel.basicAck(tags.get(1), false);

    channel.close();

    channel = connection.createChannel();
    assertThat(drain("q", 2)).containsExactly("1", "3");
  }

  @Test
  void multiple_settles_all_up_to_a_tag_and_tag_zero_settles_all() throws Exception {
    queue("q");
    publishNumbers("q", 4);
    List<Long> tags = fetch("q", 4);

    channel.basicAck(tags.get(1), true);
    channel.basicNack(0, true, true);

    assertThat(drain("q", 2)).containsExactly("3", "4");
  }

  @Test
  void messages_go_back_to_where_they_were() throws Exception {
    queue("q");
    publishNumbers("q", 4);
    List<Long> tags = fetch("q", 4);
    publish("q", "5");
    awaitReady("q", 1);

    channel.basicReject(tags.get(2), true);
    channel.basicReject(tags.get(0), true);
    channel.basicReject(tags.get(3), true);
    channel.basicReject(tags.get(1), true);

    assertThat(drain("q", 5)).containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  void a_message_that_came_back_is_marked() throws Exception {
    queue("q");
    publish("q", "m");
    channel.basicReject(fetch("q", 1).getFirst(), true);

    GetResponse again = get("q");

    assertThat(again.getEnvelope().isRedeliver()).isTrue();
  }

  @Test
  void what_a_lost_connection_held_goes_to_another_consumer() throws Exception {
    queue("q");
    publishNumbers("q", 3);
    Connection doomed = connect();
    Inbox lost = consume(doomed.createChannel(), "q", false, Map.of());
    for (int i = 0; i < 3; i++) {
      lost.next();
    }
    doomed.abort();

    Inbox heir = consume("q");

    for (int i = 1; i <= 3; i++) {
      Delivery delivery = heir.next();
      assertThat(text(delivery.getBody())).isEqualTo("" + i);
      assertThat(delivery.getEnvelope().isRedeliver()).isTrue();
    }
  }

  @Test
  void recover_gives_everything_back() throws Exception {
    queue("q");
    publishNumbers("q", 2);
    fetch("q", 2);

    channel.basicRecover(true);

    assertThat(drain("q", 2)).containsExactly("1", "2");
  }

  @Test
  void an_unknown_tag_is_406() throws Exception {
    assertThat(channelError(() -> channel.basicAck(7, false)))
        .isEqualTo("406 PRECONDITION_FAILED - unknown delivery tag 7");
  }

  @Test
  void settling_twice_is_406() throws Exception {
    queue("q");
    publish("q", "m");
    long tag = fetch("q", 1).getFirst();
    channel.basicAck(tag, false);

    assertThat(channelError(() -> channel.basicNack(tag, false, true)))
        .isEqualTo("406 PRECONDITION_FAILED - unknown delivery tag " + tag);
  }

  @Test
  void without_acknowledgements_a_message_is_gone_once_it_was_sent() throws Exception {
    queue("q");
    publish("q", "m");
    Inbox inbox = consume(channel, "q", true, Map.of());
    inbox.next();

    channel.close();

    channel = connection.createChannel();
    assertThat(ready("q")).isZero();
  }

  @Test
  void recover_without_requeue_is_540_and_ends_the_connection() throws Exception {
    assertThat(channelError(() -> channel.basicRecover(false)))
        .isEqualTo("connection 540 NOT_IMPLEMENTED - requeue=false");
  }

  @Test
  void an_acknowledge_after_the_queue_was_deleted_does_no_harm() throws Exception {
    queue("q");
    publish("q", "m");
    long tag = fetch("q", 1).getFirst();
    channel.queueDelete("q");

    channel.basicAck(tag, false);

    queue("another");
  }

  @Test
  void a_prefetch_limits_each_consumer() throws Exception {
    queue("q");
    channel.basicQos(2);
    Inbox inbox = consume("q");
    publishNumbers("q", 5);

    inbox.next();
    long second = inbox.next().getEnvelope().getDeliveryTag();
    awaitReady("q", 3);
    assertThat(inbox.deliveries).isEmpty();

    channel.basicAck(second, true);
    assertThat(inbox.nextBody()).isEqualTo("3");
    assertThat(inbox.nextBody()).isEqualTo("4");
    awaitReady("q", 1);
  }

  @Test
  void a_global_prefetch_limits_all_consumers_of_a_channel_together() throws Exception {
    queue("q");
    queue("r");
    channel.basicQos(3, true);
    Inbox one = consume("q");
    Inbox two = consume("r");
    publishNumbers("q", 2);
    publishNumbers("r", 4);
    Awaitility.await().atMost(SOON).until(() -> one.deliveries.size() + two.deliveries.size() == 3);
    awaitReady("r", 3);

    channel.basicAck(0, true);

    Awaitility.await().atMost(SOON).until(() -> one.deliveries.size() + two.deliveries.size() == 6);
  }

  @Test
  void raising_a_global_prefetch_takes_effect_at_once() throws Exception {
    queue("q");
    channel.basicQos(1, true);
    Inbox inbox = consume("q");
    publishNumbers("q", 3);
    inbox.next();
    awaitReady("q", 2);

    channel.basicQos(2, true);

    assertThat(inbox.nextBody()).isEqualTo("2");
    awaitReady("q", 1);
  }

  @Test
  void a_prefetch_size_is_540() throws Exception {
    assertThat(channelError(() -> channel.basicQos(100, 0, false)))
        .isEqualTo("connection 540 NOT_IMPLEMENTED - prefetch_size!=0 (100)");
  }

  @Test
  void a_slow_message_does_not_hold_back_the_others_of_its_queue() throws Exception {
    queue("q");
    channel.basicQos(1);
    Inbox slow = consume("q");
    Channel second = connection.createChannel();
    second.basicQos(1);
    Inbox quick = consume(second, "q", false, Map.of());
    publishNumbers("q", 4);
    slow.next();

    for (int i = 0; i < 3; i++) {
      second.basicAck(quick.next().getEnvelope().getDeliveryTag(), false);
    }

    awaitReady("q", 0);
  }
}
