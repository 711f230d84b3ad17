package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Publishes and acknowledgements that take effect together. */
class TransactionsTest extends Contract {

  @Test
  void a_publish_is_invisible_until_the_commit() throws Exception {
    String queue = queue();
    channel.txSelect();
    channel.basicPublish("", queue, null, "hello".getBytes(UTF_8));
    // a round trip on the same channel: the publish has been read by now
    assertThat(channel.basicGet(queue, true)).isNull();

    channel.txCommit();

    assertThat(take(queue)).isEqualTo("hello");
  }

  @Test
  void a_rollback_discards_publishes() throws Exception {
    String queue = queue();
    channel.txSelect();
    channel.basicPublish("", queue, null, "lost".getBytes(UTF_8));

    channel.txRollback();
    channel.basicPublish("", queue, null, "kept".getBytes(UTF_8));
    channel.txCommit();

    assertThat(take(queue)).isEqualTo("kept");
  }

  @Test
  void closing_the_channel_discards_publishes() throws Exception {
    String queue = queue();
    Channel other = newChannel();
    other.txSelect();
    other.basicPublish("", queue, null, "lost".getBytes(UTF_8));
    other.close();

    send(queue, "kept");

    assertThat(take(queue)).isEqualTo("kept");
  }

  @Test
  void an_ack_takes_effect_with_the_commit() throws Exception {
    String queue = queue();
    send(queue, "1", "2");
    Channel other = newChannel();
    other.txSelect();
    other.basicAck(other.basicGet(queue, false).getEnvelope().getDeliveryTag(), false);
    other.txCommit();
    other.basicAck(other.basicGet(queue, false).getEnvelope().getDeliveryTag(), false);
    other.close();

    assertThat(take(queue)).isEqualTo("2");
    assertThat(ready(queue)).isZero();
  }

  @Test
  void a_rolled_back_ack_may_be_given_again() throws Exception {
    String queue = queue();
    send(queue, "1");
    channel.txSelect();
    GetResponse message = get(queue);
    channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
    channel.txRollback();

    channel.basicNack(message.getEnvelope().getDeliveryTag(), false, true);
    channel.txCommit();

    assertThat(take(queue)).isEqualTo("1");
  }

  @Test
  void an_unroutable_mandatory_message_comes_back_with_the_commit() throws Exception {
    AtomicInteger returned = new AtomicInteger();
    channel.addReturnListener(message -> returned.incrementAndGet());
    channel.txSelect();
    channel.basicPublish("", name("missing"), true, null, new byte[0]);
    channel.basicQos(0);
    assertThat(returned).hasValue(0);

    channel.txCommit();

    await().atMost(PATIENCE).until(() -> returned.get() == 1);
  }

  @Test
  void a_reject_takes_effect_with_the_commit() throws Exception {
    String dead = queue();
    String queue = queue("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    send(queue, "1");
    channel.txSelect();
    channel.basicReject(get(queue).getEnvelope().getDeliveryTag(), false);
    assertThat(ready(dead)).isZero();

    channel.txCommit();

    assertThat(text(get(dead))).isEqualTo("1");
  }

  @Test
  void publishing_to_a_missing_exchange_is_refused_before_the_commit() throws Exception {
    String missing = name("missing");
    channel.txSelect();

    assertThat(refused(() -> channel.basicPublish(missing, "k", null, new byte[0])))
        .isEqualTo(channel(404, "NOT_FOUND - no exchange '" + missing + "' in vhost '/'"));
  }

  @Test
  void a_commit_without_a_transaction_is_refused() throws Exception {
    assertThat(refused(() -> channel.txCommit()))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - channel is not transactional"));
  }

  @Test
  void a_rollback_without_a_transaction_is_refused() throws Exception {
    assertThat(refused(() -> channel.txRollback()))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - channel is not transactional"));
  }

  @Test
  void a_commit_to_a_full_queue_keeps_what_it_can_and_is_refused() throws Exception {
    String queue = queue("x-max-length", 1, "x-overflow", "reject-publish");
    Channel own = newChannel();
    own.txSelect();
    own.basicPublish("", queue, null, new byte[0]);
    own.basicPublish("", queue, null, new byte[0]);

    assertThat(closeOf(own, own::txCommit))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - partial tx completion"));
    awaitReady(queue, 1);
  }

  @Test
  void an_ack_that_waits_for_the_commit_is_not_recovered() throws Exception {
    String queue = queue();
    send(queue, "1");
    channel.txSelect();
    channel.basicAck(get(queue).getEnvelope().getDeliveryTag(), false);

    channel.basicRecover(true);
    channel.txCommit();

    assertThat(channel.basicGet(queue, true)).isNull();
  }

  @Test
  void selecting_a_transaction_twice_is_selecting_it_once() throws Exception {
    String queue = queue();
    channel.txSelect();
    channel.basicPublish("", queue, null, new byte[0]);
    channel.txSelect();
    channel.txCommit();

    awaitReady(queue, 1);
  }
}
