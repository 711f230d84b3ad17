package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeToLiveTest extends BrokerTest {
  private static AMQP.BasicProperties expiring(String milliseconds) {
    return new AMQP.BasicProperties.Builder().expiration(milliseconds).build();
  }

  @Test
  void messages_of_a_queue_with_a_ttl_vanish_in_time() throws Exception {
    queue("q", Map.of("x-message-ttl", 100));
    channel.confirmSelect();
    publish("q", "1");
    publish("q", "2");
    channel.waitForConfirmsOrDie(SOON.toMillis());

    awaitReady("q", 0);
  }

  @Test
  void a_message_with_an_expiration_vanishes_in_time() throws Exception {
    queue("q");
    publish("", "q", expiring("100"), "short");
    publish("q", "stays");

    awaitReady("q", 1);

    assertThat(body(get("q"))).isEqualTo("stays");
  }

  @Test
  void the_shorter_of_both_counts() throws Exception {
    queue("q", Map.of("x-message-ttl", 60_000));
    publish("", "q", expiring("50"), "m");

    awaitReady("q", 0);
  }

  @Test
  void only_the_head_of_a_queue_expires() throws Exception {
    queue("q");
    channel.confirmSelect();
    publish("q", "stays");
    publish("", "q", expiring("1"), "behind it");
    channel.waitForConfirmsOrDie(SOON.toMillis());
    // The timer of another queue tells that the time is over.
    queue("clock");
    publish("", "clock", expiring("50"), "tick");
    awaitReady("clock", 0);

    assertThat(ready("q")).isEqualTo(2);

    get("q");
    awaitReady("q", 0);
  }

  @Test
  void a_ttl_of_zero_still_reaches_a_consumer_that_waits() throws Exception {
    queue("q", Map.of("x-message-ttl", 0));
    channel.confirmSelect();
    publish("q", "nobody waits");
    channel.waitForConfirmsOrDie(SOON.toMillis());
    assertThat(ready("q")).isZero();
    Inbox inbox = consume("q");

    publish("q", "waited for");

    assertThat(inbox.nextBody()).isEqualTo("waited for");
  }

  @Test
  void a_message_that_came_back_still_expires() throws Exception {
    queue("q", Map.of("x-message-ttl", 200));
    Inbox inbox = consume("q");
    publish("q", "m");
    long tag = inbox.next().getEnvelope().getDeliveryTag();
    channel.basicCancel(inbox.tag);

    channel.basicNack(tag, false, true);

    awaitReady("q", 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "soon | invalid expiration 'soon': no_integer",
        "5x   | invalid expiration '5x': {leftover_string,\"x\"}",
        "-1   | invalid expiration '-1': {value_negative,-1}",
        "315360000001 | invalid expiration '315360000001': {value_too_large,315360000001}"
      })
  void a_wrong_expiration_is_406_even_when_nothing_is_routed(String expiration, String error)
      throws Exception {
    assertThat(channelError(() -> publish("", "nowhere", expiring(expiration), "m")))
        .isEqualTo("406 PRECONDITION_FAILED - " + error);
  }
}
