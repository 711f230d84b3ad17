package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.Queue.DeclareOk;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Declaring, redeclaring, purging and deleting queues, and when they go by themselves. */
class QueuesTest extends Contract {

  @Test
  void a_queue_without_a_name_gets_one_from_the_broker() throws Exception {
    String first = channel.queueDeclare().getQueue();
    String second = channel.queueDeclare().getQueue();

    assertThat(first).matches("amq\\.gen-[A-Za-z0-9_-]{22}");
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void an_empty_name_means_the_queue_that_the_channel_declared_last() throws Exception {
    queue();
    String last = queue();
    send(last, "hello");

    assertThat(channel.basicGet("", true).getBody()).asString().isEqualTo("hello");
    channel.queueBind("", "amq.direct", last);
    assertThat(channel.queuePurge("").getMessageCount()).isZero();
    assertThat(channel.queueDelete("").getMessageCount()).isZero();
    assertThat(refused(() -> channel.queueDeclarePassive(last)).code()).isEqualTo(404);
  }

  @Test
  void an_empty_name_on_a_fresh_channel_is_not_found() throws Exception {
    assertThat(refused(() -> channel.basicGet("", true)))
        .isEqualTo(channel(404, "NOT_FOUND - no previously declared queue"));
  }

  @Test
  void a_passive_declare_tells_ready_messages_and_consumers() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");
    Channel other = newChannel();
    other.basicQos(1);
    consume(other, queue, false);

    awaitReady(queue, 2);
    DeclareOk found = channel.queueDeclarePassive(queue);
    assertThat(found.getQueue()).isEqualTo(queue);
    assertThat(found.getConsumerCount()).isEqualTo(1);
  }

  @Test
  void a_passive_declare_of_a_missing_queue_closes_the_channel() throws Exception {
    String missing = name("missing");

    assertThat(refused(() -> channel.queueDeclarePassive(missing)))
        .isEqualTo(channel(404, "NOT_FOUND - no queue '" + missing + "' in vhost '/'"));
  }

  @Test
  void declaring_again_with_the_same_arguments_changes_nothing() throws Exception {
    String queue = queue("x-max-length", 5, "x-message-ttl", 60000);
    send(queue, "1");

    DeclareOk again =
        channel.queueDeclare(
            queue, true, false, false, Map.of("x-max-length", 5L, "x-message-ttl", 60000));

    assertThat(again.getMessageCount()).isEqualTo(1);
  }

  @Test
  void declaring_again_with_another_durability_is_refused() throws Exception {
    String queue = queue();

    assertThat(refused(() -> channel.queueDeclare(queue, false, false, false, null)))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'durable' for queue '"
                    + queue
                    + "' in vhost '/': received 'false' but current is 'true'"));
  }

  @Test
  void declaring_again_with_another_auto_delete_is_refused() throws Exception {
    String queue = queue();

    assertThat(refused(() -> channel.queueDeclare(queue, true, false, true, null)))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'auto_delete' for queue '"
                    + queue
                    + "' in vhost '/': received 'true' but current is 'false'"));
  }

  @Test
  void declaring_again_as_exclusive_is_refused_as_locked() throws Exception {
    String queue = queue();

    assertThat(refused(() -> channel.queueDeclare(queue, true, true, false, null)))
        .isEqualTo(channel(405, locked(queue)));
  }

  @Test
  void declaring_again_with_another_argument_is_refused() throws Exception {
    String queue = queue("x-max-length", 5);

    assertThat(
            refused(
                () -> channel.queueDeclare(queue, true, false, false, Map.of("x-max-length", 6))))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue '"
                    + queue
                    + "' in vhost '/': received '6' but current is '5'"));
  }

  @Test
  void declaring_again_without_an_argument_is_refused() throws Exception {
    String queue = queue("x-dead-letter-exchange", "amq.fanout");

    assertThat(refused(() -> channel.queueDeclare(queue, true, false, false, null)))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'x-dead-letter-exchange' for queue '"
                    + queue
                    + "' in vhost '/': received none but current is the value 'amq.fanout' of type"
                    + " 'longstr'"));
  }

  @Test
  void declaring_again_with_an_additional_argument_is_refused() throws Exception {
    String queue = queue();

    assertThat(
            refused(
                () -> channel.queueDeclare(queue, true, false, false, Map.of("x-max-length", 6))))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue '"
                    + queue
                    + "' in vhost '/': received the value '6' of type 'signedint' but current is"
                    + " none"));
  }

  @Test
  @Differs(on310 = "the text does not name the default type")
  void declaring_again_with_another_type_is_refused() throws Exception {
    String queue = quorumQueue();

    assertThat(refused(() -> channel.queueDeclare(queue, true, false, false, null)))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue '"
                    + queue
                    + "' in vhost '/': "
                    + since4(
                        "received 'classic' but current is 'quorum'",
                        "received none but current is the value 'quorum' of type 'longstr'")));
  }

  @Test
  void an_argument_that_the_broker_does_not_know_is_accepted_and_not_compared() throws Exception {
    String queue = queue("x-own-invention", "a");

    assertThat(
            channel
                .queueDeclare(queue, true, false, false, Map.of("x-own-invention", "b"))
                .getQueue())
        .isEqualTo(queue);
  }

  @Test
  void names_that_begin_with_amq_are_reserved() throws Exception {
    assertThat(refused(() -> channel.queueDeclare("amq.mine", true, false, false, null)))
        .isEqualTo(
            channel(
                403, "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'"));
  }

  @Test
  void a_queue_named_by_the_broker_cannot_be_declared_again_by_that_name() throws Exception {
    String generated = channel.queueDeclare().getQueue();

    assertThat(refused(() -> channel.queueDeclare(generated, false, true, true, null)))
        .isEqualTo(
            channel(
                403,
                "ACCESS_REFUSED - queue name '"
                    + generated
                    + "' contains reserved prefix 'amq.*'"));
  }

  @Test
  void line_breaks_are_taken_out_of_names() throws Exception {
    String plain = name("plain");

    assertThat(
            channel
                .queueDeclare(plain.replace("plain", "pl\r\nain"), true, false, false, null)
                .getQueue())
        .isEqualTo(plain);
  }

  @Test
  void an_exclusive_queue_is_locked_for_other_connections() throws Exception {
    Connection owner = newConnection();
    String queue = passingName("exclusive");
    on(owner).queueDeclare(queue, false, true, false, null);

    assertThat(closeOf(channel, () -> channel.queueDeclarePassive(queue)))
        .isEqualTo(channel(405, locked(queue)));
    Channel second = newChannel();
    assertThat(closeOf(second, () -> second.queueDeclare(queue, false, true, false, null)))
        .isEqualTo(channel(405, locked(queue)));
    Channel third = newChannel();
    assertThat(closeOf(third, () -> third.basicGet(queue, true)))
        .isEqualTo(channel(405, locked(queue)));
    Channel fourth = newChannel();
    assertThat(closeOf(fourth, () -> consume(fourth, queue, true)))
        .isEqualTo(channel(405, locked(queue)));
    Channel fifth = newChannel();
    assertThat(closeOf(fifth, () -> fifth.queuePurge(queue)))
        .isEqualTo(channel(405, locked(queue)));
    Channel sixth = newChannel();
    assertThat(closeOf(sixth, () -> sixth.queueDelete(queue)))
        .isEqualTo(channel(405, locked(queue)));
    Channel seventh = newChannel();
    assertThat(closeOf(seventh, () -> seventh.queueBind(queue, "amq.direct", "k")))
        .isEqualTo(channel(405, locked(queue)));
  }

  @Test
  void other_connections_may_publish_to_an_exclusive_queue() throws Exception {
    Channel owner = on(newConnection());
    String queue = passingName("exclusive");
    owner.queueDeclare(queue, false, true, false, null);

    send(queue, "hello");

    assertThat(consume(owner, queue, true).next(1)).containsExactly("hello");
  }

  @Test
  void an_exclusive_queue_goes_with_its_connection_and_not_with_its_channel() throws Exception {
    Connection owner = newConnection();
    Channel first = owner.createChannel();
    String queue = passingName("exclusive");
    first.queueDeclare(queue, false, true, false, null);

    first.close();
    assertThat(owner.createChannel().queueDeclarePassive(queue).getQueue()).isEqualTo(queue);
    owner.close();

    awaitGone(queue);
  }

  @Test
  void an_auto_delete_queue_stays_until_it_had_a_consumer() throws Exception {
    String queue = name("auto");
    channel.queueDeclare(queue, false, false, true, null);
    send(queue, "1");

    assertThat(take(queue)).isEqualTo("1");
    assertThat(channel.queueDeclarePassive(queue).getQueue()).isEqualTo(queue);
  }

  @Test
  void an_auto_delete_queue_goes_with_its_last_consumer() throws Exception {
    String queue = name("auto");
    channel.queueDeclare(queue, false, false, true, null);
    Inbox first = consume(queue);
    Inbox second = consume(queue);

    channel.basicCancel(first.tag());
    assertThat(channel.queueDeclarePassive(queue).getConsumerCount()).isEqualTo(1);
    channel.basicCancel(second.tag());

    awaitGone(queue);
  }

  @Test
  void an_auto_delete_queue_goes_when_the_channel_of_its_last_consumer_closes() throws Exception {
    String queue = name("auto");
    Channel other = newChannel();
    other.queueDeclare(queue, false, false, true, null);
    consume(other, queue, false);

    other.close();

    awaitGone(queue);
  }

  @Test
  void an_unused_queue_expires() throws Exception {
    String queue = queue("x-expires", 200);

    // asking by a passive declare would count as use and keep it alive
    await().atMost(PATIENCE).until(() -> unroutable(queue));

    assertThat(refused(() -> channel.queueDeclarePassive(queue)).code()).isEqualTo(404);
  }

  @Test
  void a_queue_with_a_consumer_does_not_expire() throws Exception {
    String queue = queue("x-expires", 200);
    String control = queue("x-expires", 1000);
    Inbox inbox = consume(queue);

    await().atMost(PATIENCE).until(() -> unroutable(control));
    send(queue, "still there");

    assertThat(inbox.next(1)).containsExactly("still there");
  }

  @Test
  void deleting_tells_how_many_messages_went() throws Exception {
    String queue = queue();
    send(queue, "1", "2");

    assertThat(channel.queueDelete(queue).getMessageCount()).isEqualTo(2);
  }

  @Test
  void deleting_a_missing_queue_succeeds() throws Exception {
    assertThat(channel.queueDelete(name("missing")).getMessageCount()).isZero();
  }

  @Test
  void a_queue_in_use_is_not_deleted_if_unused() throws Exception {
    String queue = queue();
    consume(newChannel(), queue, false);

    assertThat(refused(() -> channel.queueDelete(queue, true, false)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - queue '" + queue + "' in vhost '/' in use"));
  }

  @Test
  void a_queue_with_messages_is_not_deleted_if_empty() throws Exception {
    String queue = queue();
    send(queue, "1");

    assertThat(refused(() -> channel.queueDelete(queue, false, true)))
        .isEqualTo(
            channel(406, "PRECONDITION_FAILED - queue '" + queue + "' in vhost '/' not empty"));
  }

  @Test
  void purging_tells_how_many_went_and_leaves_what_is_unacknowledged() throws Exception {
    String queue = queue();
    send(queue, "1", "2", "3");
    get(queue);

    assertThat(channel.queuePurge(queue).getMessageCount()).isEqualTo(2);
    channel.basicRecover(true);

    assertThat(take(queue)).isEqualTo("1");
  }

  @Test
  void purging_a_missing_queue_is_not_found() throws Exception {
    String missing = name("missing");

    assertThat(refused(() -> channel.queuePurge(missing)))
        .isEqualTo(channel(404, "NOT_FOUND - no queue '" + missing + "' in vhost '/'"));
  }

  private static String locked(String queue) {
    return "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '"
        + queue
        + "' in vhost '/'. It could be originally declared on another connection or the exclusive"
        + " property value does not match that of the original declaration.";
  }

  private void awaitGone(String queue) {
    await().atMost(PATIENCE).until(() -> unroutable(queue));
  }

  private boolean unroutable(String queue) throws Exception {
    try (Channel prober = on(channel.getConnection())) {
      return Unroutable.probe(prober, queue);
    }
  }
}
