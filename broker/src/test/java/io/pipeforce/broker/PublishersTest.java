package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import io.pipeforce.broker.session.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What publishers hear: confirms, returns, replies, refusals, and that they must wait. */
class PublishersTest extends BrokerTest {
  @Override
  BrokerOptions options() {
    return BrokerOptions.local()
        .withLimits(Limits.DEFAULT.withMessageSize(1_000_000).withMemory(300_000));
  }

  private static AMQP.BasicProperties.Builder properties() {
    return new AMQP.BasicProperties.Builder();
  }

  @Test
  void an_unroutable_mandatory_message_is_returned_before_it_is_confirmed() throws Exception {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    channel.addReturnListener((Return returned) ->
        heard.add(
            returned.getReplyCode()
                + " "
                + returned.getReplyText()
                + " "
                + returned.getRoutingKey()
                + " "
                + text(returned.getBody())));
    channel.addConfirmListener((tag, _) -> heard.add("ack " + tag), (_, _) -> heard.add("nack"));
    channel.confirmSelect();

    channel.basicPublish("amq.direct", "nowhere", true, PLAIN, new byte[] {'m'});

    Awaitility.await().atMost(SOON).until(() -> heard.size() == 2);
    assertThat(heard).containsExactly("312 NO_ROUTE nowhere m", "ack 1");
  }

  @Test
  void an_unroutable_message_is_confirmed_when_nobody_asked() throws Exception {
    channel.confirmSelect();

    publish("amq.direct", "nowhere", "m");

    assertThat(channel.waitForConfirms(SOON.toMillis())).isTrue();
  }

  @Test
  void immediate_is_540() throws Exception {
    assertThat(channelError(() -> channel.basicPublish("", "q", false, true, PLAIN, new byte[0])))
        .isEqualTo("connection 540 NOT_IMPLEMENTED - immediate=true");
  }

  @Test
  void copies_go_to_the_keys_of_cc_and_bcc_and_bcc_stays_hidden() throws Exception {
    queue("to");
    queue("cc");
    queue("bcc");

    publish(
        "",
        "to",
        properties().headers(Map.of("CC", List.of("cc", "to"), "BCC", List.of("bcc"))).build(),
        "m");

    for (String queue : List.of("to", "cc", "bcc")) {
      Map<String, Object> headers = get(queue).getProps().getHeaders();
      assertThat(headers).containsKey("CC").doesNotContainKey("BCC");
      assertThat(ready(queue)).isZero();
    }
  }

  @Test
  void a_cc_that_is_no_list_is_406() throws Exception {
    assertThat(
            channelError(
                () -> publish("", "q", properties().headers(Map.of("CC", "x")).build(), "m")))
        .isEqualTo(
            "406 PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"CC\",longstr}");
  }

  @Test
  void a_user_id_must_be_ones_own() throws Exception {
    queue("q");
    publish("", "q", properties().userId("guest").build(), "m");
    assertThat(get("q").getProps().getUserId()).isEqualTo("guest");

    assertThat(channelError(() -> publish("", "q", properties().userId("root").build(), "m")))
        .isEqualTo(
            "406 PRECONDITION_FAILED - user_id property set to 'root' but authenticated user was 'guest'");
  }

  @Test
  void a_message_beyond_the_limit_is_406() throws Exception {
    assertThat(channelError(() -> channel.basicPublish("", "q", PLAIN, new byte[1_000_001])))
        .isEqualTo(
            "406 PRECONDITION_FAILED - message size 1000001 is larger than configured max size 1000000");
  }

  @Test
  void a_direct_reply_needs_no_queue() throws Exception {
    queue("requests");
    Inbox replies = consume(channel, "amq.rabbitmq.reply-to", true, Map.of());
    publish("", "requests", properties().replyTo("amq.rabbitmq.reply-to").build(), "question");
    Connection responder = connect();
    Channel answers = responder.createChannel();
    String address = get("requests").getProps().getReplyTo();
    assertThat(address).startsWith("amq.rabbitmq.reply-to.");
    answers.queueDeclarePassive(address);

    answers.basicPublish("", address, PLAIN, "answer".getBytes(StandardCharsets.UTF_8));

    assertThat(replies.nextBody()).isEqualTo("answer");
    responder.close();
  }

  @Test
  void a_reply_to_nobody_is_returned_when_mandatory() throws Exception {
    BlockingQueue<Integer> returned = new LinkedBlockingQueue<>();
    channel.addReturnListener((Return each) -> returned.add(each.getReplyCode()));

    channel.basicPublish("", "amq.rabbitmq.reply-to.gone", true, PLAIN, new byte[0]);

    assertThat(returned.poll(SOON.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo(312);
  }

  @Test
  void asking_for_direct_replies_without_consuming_them_is_406() throws Exception {
    assertThat(
            channelError(
                () -> publish("", "q", properties().replyTo("amq.rabbitmq.reply-to").build(), "m")))
        .isEqualTo("406 PRECONDITION_FAILED - fast reply consumer does not exist");
  }

  @Test
  void direct_replies_are_not_acknowledged() throws Exception {
    assertThat(channelError(() -> consume(channel, "amq.rabbitmq.reply-to", false, Map.of())))
        .isEqualTo("406 PRECONDITION_FAILED - reply consumer cannot acknowledge");
  }

  @Test
  void a_reply_address_that_nobody_listens_at_is_404() throws Exception {
    assertThat(channelError(() -> channel.queueDeclarePassive("amq.rabbitmq.reply-to.gone")))
        .startsWith("404 NOT_FOUND - no queue 'amq.rabbitmq.reply-to.gone'");
  }

  @Test
  void publishers_are_blocked_while_messages_fill_the_memory_and_go_on_afterwards()
      throws Exception {
    queue("q");
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Connection publisher = connect();
    publisher.addBlockedListener(heard::add, () -> heard.add("unblocked"));
    Channel publishing = publisher.createChannel();
    publishing.confirmSelect();
    for (int i = 0; i < 5; i++) {
      publishing.basicPublish("", "q", PLAIN, new byte[100_000]);
    }
    assertThat(heard.poll(SOON.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo("low on memory");

    Inbox consumer = consume(channel, "q", true, Map.of());

    for (int i = 0; i < 5; i++) {
      consumer.next();
    }
    assertThat(heard.poll(SOON.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo("unblocked");
    assertThat(publishing.waitForConfirms(SOON.toMillis())).isTrue();
    publisher.close();
  }

  @Test
  void a_commit_publishes_and_a_rollback_does_not() throws Exception {
    queue("q");
    channel.txSelect();
    publish("q", "dropped");
    channel.txRollback();
    publish("q", "kept");
    assertThat(ready("q")).isZero();

    channel.txCommit();

    assertThat(body(get("q"))).isEqualTo("kept");
    assertThat(ready("q")).isZero();
  }

  @Test
  void a_rollback_unsettles_what_was_acknowledged_in_it() throws Exception {
    queue("q");
    publish("q", "m");
    awaitReady("q", 1);
    channel.txSelect();
    long tag = channel.basicGet("q", false).getEnvelope().getDeliveryTag();
    channel.basicAck(tag, false);
    channel.txRollback();
    channel.basicAck(tag, false);

    channel.txCommit();
    channel.close();

    channel = connection.createChannel();
    assertThat(ready("q")).isZero();
  }

  @Test
  void acknowledgements_that_were_not_committed_are_void() throws Exception {
    queue("q");
    publish("q", "m");
    awaitReady("q", 1);
    channel.txSelect();
    channel.basicAck(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);

    channel.close();

    channel = connection.createChannel();
    awaitReady("q", 1);
  }

  @Test
  void committing_without_a_transaction_is_406() throws Exception {
    assertThat(channelError(() -> channel.txCommit()))
        .isEqualTo("406 PRECONDITION_FAILED - channel is not transactional");
  }

  @Test
  void a_channel_has_confirms_or_transactions() throws Exception {
    channel.confirmSelect();
    assertThat(channelError(() -> channel.txSelect()))
        .isEqualTo("406 PRECONDITION_FAILED - cannot switch from confirm to tx mode");

    channel = connection.createChannel();
    channel.txSelect();
    assertThat(channelError(() -> channel.confirmSelect()))
        .isEqualTo("406 PRECONDITION_FAILED - cannot switch from tx to confirm mode");
  }

  @Test
  void a_commit_that_a_full_queue_refused_is_406() throws Exception {
    queue("q", Map.of("x-max-length", 0, "x-overflow", "reject-publish"));
    channel.txSelect();
    publish("q", "m");

    assertThat(channelError(() -> channel.txCommit()))
        .isEqualTo("406 PRECONDITION_FAILED - partial tx completion");
  }
}
