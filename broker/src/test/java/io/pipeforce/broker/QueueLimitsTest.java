package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Queues that are full, and queues that let some messages pass others. */
class QueueLimitsTest extends BrokerTest {
  private boolean confirmed(String queue, String body) throws Exception {
    publish(queue, body);
    return channel.waitForConfirms(SOON.toMillis());
  }

  private void prioritised(String queue, int priority, String body) throws Exception {
    publish("", queue, new AMQP.BasicProperties.Builder().priority(priority).build(), body);
  }

  private List<String> drain(String queue) throws Exception {
    List<String> bodies = new ArrayList<>();
    for (int left = ready(queue); left > 0; left--) {
      bodies.add(body(get(queue)));
    }
    return bodies;
  }

  @Test
  void a_full_queue_drops_its_oldest() throws Exception {
    queue("q", Map.of("x-max-length", 2));
    channel.confirmSelect();

    assertThat(confirmed("q", "1")).isTrue();
    assertThat(confirmed("q", "2")).isTrue();
    assertThat(confirmed("q", "3")).isTrue();

    assertThat(drain("q")).containsExactly("2", "3");
  }

  @Test
  void the_length_in_bytes_counts_bodies() throws Exception {
    queue("q", Map.of("x-max-length-bytes", 10));
    channel.confirmSelect();

    confirmed("q", "12345");
    confirmed("q", "67890");
    confirmed("q", "x");

    assertThat(drain("q")).containsExactly("67890", "x");
  }

  @Test
  void only_ready_messages_count() throws Exception {
    queue("q", Map.of("x-max-length", 1));
    Inbox inbox = consume("q");
    channel.confirmSelect();

    confirmed("q", "1");
    confirmed("q", "2");

    assertThat(inbox.nextBody()).isEqualTo("1");
    assertThat(inbox.nextBody()).isEqualTo("2");
  }

  @Test
  void a_full_queue_can_refuse_instead() throws Exception {
    queue("q", Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    channel.confirmSelect();

    assertThat(confirmed("q", "1")).isTrue();
    assertThat(confirmed("q", "2")).isFalse();

    assertThat(drain("q")).containsExactly("1");
  }

  @Test
  void a_refused_message_can_be_dead_lettered() throws Exception {
    queue("dead");
    queue(
        "q",
        Map.of(
            "x-max-length", 1,
            "x-overflow", "reject-publish-dlx",
            "x-dead-letter-exchange", "",
            "x-dead-letter-routing-key", "dead"));
    channel.confirmSelect();

    confirmed("q", "1");
    assertThat(confirmed("q", "2")).isFalse();

    assertThat(drain("dead")).containsExactly("2");
  }

  @Test
  void one_full_target_makes_a_nack_and_the_other_keeps_the_message() throws Exception {
    queue("full", Map.of("x-max-length", 0, "x-overflow", "reject-publish"));
    queue("free");
    channel.queueBind("full", "amq.fanout", "");
    channel.queueBind("free", "amq.fanout", "");
    channel.confirmSelect();

    publish("amq.fanout", "", "m");

    assertThat(channel.waitForConfirms(SOON.toMillis())).isFalse();
    assertThat(drain("free")).containsExactly("m");
  }

  @Test
  void higher_priorities_go_first_and_equal_ones_in_order() throws Exception {
    queue("q", Map.of("x-max-priority", 5));
    channel.confirmSelect();
    publish("q", "none");
    prioritised("q", 2, "2a");
    prioritised("q", 9, "as high as it goes");
    prioritised("q", 5, "5");
    prioritised("q", 2, "2b");
    channel.waitForConfirmsOrDie(SOON.toMillis());

    assertThat(drain("q")).containsExactly("as high as it goes", "5", "2a", "2b", "none");
  }

  @Test
  void without_x_max_priority_priorities_mean_nothing() throws Exception {
    queue("q");
    channel.confirmSelect();
    prioritised("q", 1, "1");
    prioritised("q", 9, "9");
    channel.waitForConfirmsOrDie(SOON.toMillis());

    assertThat(drain("q")).containsExactly("1", "9");
  }

  @Test
  void a_quorum_queue_lets_two_of_high_priority_pass_for_each_normal_one() throws Exception {
    quorum("q", Map.of());
    channel.confirmSelect();
    for (int i = 1; i <= 2; i++) {
      prioritised("q", 1, "n" + i);
    }
    for (int i = 1; i <= 4; i++) {
      prioritised("q", 9, "h" + i);
    }
    channel.waitForConfirmsOrDie(SOON.toMillis());

    assertThat(drain("q")).containsExactly("h1", "h2", "n1", "h3", "h4", "n2");
  }

  @Test
  void a_quorum_queue_drops_its_oldest_too() throws Exception {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("x-max-length", 1);
    quorum("q", arguments);
    channel.confirmSelect();

    confirmed("q", "1");
    confirmed("q", "2");

    assertThat(drain("q")).containsExactly("2");
  }
}
