package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which arguments of a queue are refused, and with which words. */
class QueueArgumentsTest extends Contract {

  @Test
  void times_to_live_must_be_whole_numbers_from_zero_up() throws Exception {
    assertRefused("x-message-ttl", -1, ": {value_negative,-1}");
    assertRefused("x-message-ttl", "60000", ": \"expected integer, got longstr\"");
    assertAccepted("x-message-ttl", 0);
    assertAccepted("x-message-ttl", 60000L);
  }

  @Test
  void expiry_must_be_at_least_one_millisecond() throws Exception {
    assertRefused("x-expires", 0, ": {value_zero,0}");
    assertRefused("x-expires", -5, ": {value_negative,-5}");
    assertRefused("x-expires", "1", ": \"expected integer, got longstr\"");
  }

  @Test
  void lengths_must_be_whole_numbers_from_zero_up() throws Exception {
    assertRefused("x-max-length", -1, ": {value_negative,-1}");
    assertRefused("x-max-length", "5", ": \"expected integer, got longstr\"");
    assertRefused("x-max-length-bytes", -1, ": {value_negative,-1}");
    assertAccepted("x-max-length", 0);
  }

  @Test
  void priorities_must_lie_between_0_and_255() throws Exception {
    assertRefused("x-max-priority", 256, ": {max_value_exceeded,256}");
    assertRefused("x-max-priority", -1, ": {value_negative,-1}");
    assertAccepted("x-max-priority", 5);
  }

  @Test
  void an_unknown_overflow_behaviour_is_refused() throws Exception {
    assertRefused("x-overflow", "drop-tail", ": invalid_overflow");
    assertAccepted("x-overflow", "reject-publish-dlx");
  }

  @Test
  void dead_letter_names_must_be_strings() throws Exception {
    String name = name("queue");

    assertThat(refusal(name, "x-dead-letter-exchange", 1))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - invalid type 'signedint' for arg 'x-dead-letter-exchange' in"
                    + " queue '"
                    + name
                    + "' in vhost '/'"));
    assertRefused("x-dead-letter-routing-key", 1, ": {unacceptable_type,signedint}");
  }

  @Test
  void a_dead_letter_routing_key_needs_a_dead_letter_exchange() throws Exception {
    assertRefused("x-dead-letter-routing-key", "k", ": routing_key_but_no_dlx_defined");
  }

  @Test
  void a_dead_letter_exchange_may_be_missing_when_the_queue_is_declared() throws Exception {
    assertAccepted("x-dead-letter-exchange", name("missing"));
  }

  @Test
  void an_unknown_queue_type_is_refused() throws Exception {
    assertRefused("x-queue-type", "linked-list", ": \"unsupported queue type 'linked-list'\"");
  }

  @Test
  void a_single_active_consumer_must_be_a_boolean() throws Exception {
    assertRefused("x-single-active-consumer", "yes", ": {unacceptable_type,longstr}");
  }

  @Test
  void a_quorum_queue_must_be_durable_and_shared() throws Exception {
    Map<String, Object> quorum = Map.of("x-queue-type", "quorum");
    String name = name("quorum");

    assertThat(refused(() -> channel.queueDeclare(name, false, false, false, quorum)))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - invalid property 'non-durable' for queue '"
                    + name
                    + "' in vhost '/'"));
    Channel second = newChannel();
    assertThat(closeOf(second, () -> second.queueDeclare(name, true, true, false, quorum)))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - invalid property 'exclusive-owner' for queue '"
                    + name
                    + "' in vhost '/'"));
  }

  @Test
  void a_quorum_queue_has_no_maximum_priority() throws Exception {
    String name = name("quorum");

    assertThat(
            refused(() ->
                channel.queueDeclare(
                    name,
                    true,
                    false,
                    false,
                    arguments("x-queue-type", "quorum", "x-max-priority", 5))))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue '"
                    + name
                    + "' in vhost '/' of queue type rabbit_quorum_queue"));
  }

  @Test
  void a_classic_queue_has_no_delivery_limit() throws Exception {
    assertRefused("x-delivery-limit", 5, " of queue type rabbit_classic_queue");
  }

  private void assertAccepted(String argument, Object value) throws Exception {
    channel.queueDeclare(name("queue"), true, false, false, Map.of(argument, value));
  }

  @Test
  void the_leader_of_a_quorum_queue_is_located_in_a_way_that_is_known() throws Exception {
    for (String way : List.of("client-local", "balanced", "random", "least-leaders")) {
      assertThat(quorumQueue("x-queue-leader-locator", way)).isNotEmpty();
    }
    assertThat(refused(() -> quorumQueue("x-queue-leader-locator", "elsewhere")).text())
        .contains("invalid arg 'x-queue-leader-locator'", "invalid_queue_locator_arg");
  }

  private void assertRefused(String argument, Object value, String reason) throws Exception {
    String name = name("queue");
    assertThat(refusal(name, argument, value))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - invalid arg '"
                    + argument
                    + "' for queue '"
                    + name
                    + "' in vhost '/'"
                    + reason));
  }

  private Close refusal(String name, String argument, Object value) throws Exception {
    Channel own = newChannel();
    return closeOf(own, () -> own.queueDeclare(name, true, false, false, Map.of(argument, value)));
  }
}
