package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QueuesTest extends BrokerTest {
  private static final String LOCKED =
      "405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '/'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.";

  private boolean exists(String queue) throws Exception {
    try (Channel other = connection.createChannel()) {
      other.queueDeclarePassive(queue);
      return true;
    } catch (java.io.IOException _) {
      return false;
    }
  }

  private void awaitGone(String queue) {
    Awaitility.await().atMost(SOON).until(() -> !exists(queue));
  }

  @Test
  void a_declare_tells_messages_and_consumers() throws Exception {
    queue("q");
    consume("q");
    publish("q", "taken");
    queue("r");
    publish("r", "waits");
    awaitReady("r", 1);

    AMQP.Queue.DeclareOk consumed = channel.queueDeclarePassive("q");
    AMQP.Queue.DeclareOk waiting = channel.queueDeclarePassive("r");

    assertThat(consumed.getConsumerCount()).isEqualTo(1);
    assertThat(consumed.getMessageCount()).isZero();
    assertThat(waiting.getMessageCount()).isEqualTo(1);
  }

  @Test
  void the_broker_names_a_queue_that_has_no_name() throws Exception {
    String name = channel.queueDeclare().getQueue();

    assertThat(name).startsWith("amq.gen-");
    assertThat(channelError(() -> channel.queueDeclare(name, false, true, true, Map.of())))
        .isEqualTo(
            "403 ACCESS_REFUSED - queue name '%s' contains reserved prefix 'amq.*'"
                .formatted(name));
  }

  @Test
  void an_empty_name_means_the_queue_declared_last() throws Exception {
    queue("q");
    channel.queueBind("", "amq.direct", "");

    publish("amq.direct", "q", "m");

    assertThat(body(get("q"))).isEqualTo("m");
  }

  @Test
  void an_empty_name_without_a_declare_is_404() throws Exception {
    assertThat(channelError(() -> channel.queueBind("", "amq.direct", "k")))
        .isEqualTo("404 NOT_FOUND - no previously declared queue");
  }

  @Test
  void line_ends_are_stripped_from_names() throws Exception {
    assertThat(channel.queueDeclare("a\nb\r", false, false, false, null).getQueue())
        .isEqualTo("ab");
  }

  @Test
  void an_exclusive_queue_belongs_to_its_connection_and_goes_with_it() throws Exception {
    Connection other = connect();
    other.createChannel().queueDeclare("q", false, true, false, null);

    assertThat(channelError(() -> channel.queueDeclarePassive("q"))).isEqualTo(LOCKED);
    channel = connection.createChannel();
    assertThat(channelError(() -> channel.basicGet("q", true))).isEqualTo(LOCKED);
    channel = connection.createChannel();
    assertThat(channelError(() -> channel.queueDelete("q"))).isEqualTo(LOCKED);

    other.close();
    channel = connection.createChannel();
    assertThat(channelError(() -> channel.queueDeclarePassive("q")))
        .isEqualTo("404 NOT_FOUND - no queue 'q' in vhost '/'");
  }

  @Test
  void publishing_to_another_connections_exclusive_queue_works() throws Exception {
    Connection other = connect();
    Channel owner = other.createChannel();
    owner.queueDeclare("q", false, true, false, null);
    Inbox inbox = consume(owner, "q", true, Map.of());

    publish("q", "m");

    assertThat(inbox.nextBody()).isEqualTo("m");
    other.close();
  }

  @Test
  void another_exclusive_is_405_for_the_owner_too() throws Exception {
    channel.queueDeclare("q", false, true, false, null);

    assertThat(channelError(() -> channel.queueDeclare("q", false, false, false, null)))
        .isEqualTo(LOCKED);
  }

  @Test
  void an_auto_delete_queue_goes_with_its_last_consumer_and_not_before_its_first()
      throws Exception {
    channel.queueDeclare("q", false, false, true, null);
    Inbox one = consume("q");
    Inbox two = consume("q");

    channel.basicCancel(one.tag);
    assertThat(exists("q")).isTrue();
    channel.basicCancel(two.tag);

    awaitGone("q");
  }

  @Test
  void an_unused_queue_expires_and_a_used_one_does_not() throws Exception {
    queue("idle", Map.of("x-expires", 150));
    queue("consumed", Map.of("x-expires", 150));
    consume("consumed");

    // A passive declare counts as use, so it must not ask too often.
    Awaitility.await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> !exists("idle"));

    assertThat(exists("consumed")).isTrue();
  }

  @Test
  void deleting_tells_how_many_messages_were_lost() throws Exception {
    queue("q");
    publish("q", "1");
    publish("q", "2");
    awaitReady("q", 2);

    assertThat(channel.queueDelete("q").getMessageCount()).isEqualTo(2);
    assertThat(channel.queueDelete("q").getMessageCount()).isZero();
  }

  @Test
  void a_queue_in_use_or_not_empty_is_deleted_only_when_that_does_not_matter() throws Exception {
    queue("q");
    publish("q", "m");
    awaitReady("q", 1);
    assertThat(channelError(() -> channel.queueDelete("q", false, true)))
        .isEqualTo("406 PRECONDITION_FAILED - queue 'q' in vhost '/' not empty");

    channel = connection.createChannel();
    consume("q");
    assertThat(channelError(() -> channel.queueDelete("q", true, false)))
        .isEqualTo("406 PRECONDITION_FAILED - queue 'q' in vhost '/' in use");
  }

  @Test
  void purging_removes_what_is_ready() throws Exception {
    queue("q");
    publish("q", "1");
    publish("q", "2");
    awaitReady("q", 2);

    assertThat(channel.queuePurge("q").getMessageCount()).isEqualTo(2);
    assertThat(ready("q")).isZero();
    assertThat(channelError(() -> channel.queuePurge("nowhere")))
        .isEqualTo("404 NOT_FOUND - no queue 'nowhere' in vhost '/'");
  }

  @Test
  void the_width_of_an_integer_makes_no_difference_to_a_redeclare() throws Exception {
    queue("q", Map.of("x-max-length", 5));

    queue("q", Map.of("x-max-length", 5L));
  }

  static Stream<Arguments> differences() {
    return Stream.of(
        Arguments.of(
            Map.of("x-max-length", 6),
            "406 PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'q' in vhost '/': received '6' but current is '5'"),
        Arguments.of(
            Map.of(),
            "406 PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'q' in vhost '/': received none but current is the value '5' of type 'signedint'"),
        Arguments.of(
            Map.of("x-max-length", 5, "x-message-ttl", 1),
            "406 PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received the value '1' of type 'signedint' but current is none"));
  }

  @ParameterizedTest
  @MethodSource("differences")
  void other_arguments_are_406(Map<String, Object> arguments, String error) throws Exception {
    queue("q", Map.of("x-max-length", 5));

    assertThat(channelError(() -> queue("q", arguments))).isEqualTo(error);
  }

  @Test
  void another_type_is_406() throws Exception {
    quorum("q", Map.of());

    assertThat(channelError(() -> channel.queueDeclare("q", true, false, false, null)))
        .isEqualTo(
            "406 PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received 'classic' but current is 'quorum'");
  }

  static Stream<Arguments> wrongArguments() {
    return Stream.of(
        Arguments.of("x-message-ttl", -1, "{value_negative,-1}"),
        Arguments.of("x-message-ttl", "soon", "\"expected integer, got longstr\""),
        Arguments.of("x-message-ttl", 315_360_000_001L, "{value_too_large,315360000001}"),
        Arguments.of("x-expires", 0, "{value_zero,0}"),
        Arguments.of("x-max-length", -5, "{value_negative,-5}"),
        Arguments.of("x-max-priority", 256, "{max_value_exceeded,256}"),
        Arguments.of("x-overflow", "explode", "invalid_overflow"),
        Arguments.of("x-dead-letter-routing-key", "k", "routing_key_but_no_dlx_defined"),
        Arguments.of("x-single-active-consumer", 1, "{unacceptable_type,signedint}"),
        Arguments.of("x-queue-type", "magic", "\"unsupported queue type 'magic'\""),
        Arguments.of("x-queue-mode", "fast", "\"unsupported queue mode 'fast'\""));
  }

  @ParameterizedTest
  @MethodSource("wrongArguments")
  void wrong_arguments_are_406(String name, Object value, String complaint) throws Exception {
    assertThat(channelError(() -> queue("q", Map.of(name, value))))
        .isEqualTo(
            "406 PRECONDITION_FAILED - invalid arg '%s' for queue 'q' in vhost '/': %s"
                .formatted(name, complaint));
  }

  @Test
  void a_dead_letter_exchange_that_is_no_name_is_406() throws Exception {
    assertThat(channelError(() -> queue("q", Map.of("x-dead-letter-exchange", 5))))
        .isEqualTo(
            "406 PRECONDITION_FAILED - invalid type 'signedint' for arg 'x-dead-letter-exchange' in queue 'q' in vhost '/'");
  }
}
