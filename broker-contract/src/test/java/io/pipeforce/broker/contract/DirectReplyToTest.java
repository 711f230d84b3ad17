package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static io.pipeforce.broker.contract.Close.connection;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers without a queue: {@code amq.rabbitmq.reply-to}. */
class DirectReplyToTest extends Contract {

  private static final String REPLY_TO = "amq.rabbitmq.reply-to";

  @Test
  void an_answer_comes_back_to_the_channel_that_asked() throws Exception {
    String requests = queue();
    Channel client = newChannel();
    Inbox answers = consume(client, REPLY_TO, true);
    client.basicPublish("", requests, asking("42"), bytes("ping"));

    GetResponse request = takeMessage(requests);
    String replyTo = request.getProps().getReplyTo();
    assertThat(replyTo).startsWith(REPLY_TO + ".").isNotEqualTo(REPLY_TO + ".");
    channel.basicPublish(
        "", replyTo, new BasicProperties.Builder().correlationId("42").build(), bytes("pong"));

    Delivery answer = answers.next();
    assertThat(Inbox.text(answer)).isEqualTo("pong");
    assertThat(answer.getProperties().getCorrelationId()).isEqualTo("42");
    assertThat(answer.getEnvelope().getExchange()).isEmpty();
    assertThat(answer.getEnvelope().getRoutingKey()).isEqualTo(replyTo);
    assertThat(answer.getEnvelope().isRedeliver()).isFalse();
  }

  @Test
  void several_answers_arrive_in_order() throws Exception {
    String requests = queue();
    Channel client = newChannel();
    Inbox answers = consume(client, REPLY_TO, true);
    client.basicPublish("", requests, asking("1"), bytes("ping"));

    String replyTo = takeMessage(requests).getProps().getReplyTo();
    channel.basicPublish("", replyTo, null, bytes("1"));
    channel.basicPublish("", replyTo, null, bytes("2"));

    assertThat(answers.next(2)).containsExactly("1", "2");
  }

  @Test
  void the_consumer_must_acknowledge_automatically() throws Exception {
    assertThat(refused(() -> consume(channel, REPLY_TO, false)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - reply consumer cannot acknowledge"));
  }

  @Test
  void a_channel_has_one_reply_consumer() throws Exception {
    consume(channel, REPLY_TO, true);

    assertThat(refused(() -> consume(channel, REPLY_TO, true)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - reply consumer already set"));
  }

  @Test
  void asking_without_a_reply_consumer_is_refused() throws Exception {
    String requests = queue();

    assertThat(refused(() -> channel.basicPublish("", requests, asking("1"), bytes("ping"))))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - fast reply consumer does not exist"));
  }

  @Test
  void after_a_cancel_asking_is_refused_again() throws Exception {
    String requests = queue();
    Inbox answers = consume(channel, REPLY_TO, true);
    channel.basicCancel(answers.tag());

    assertThat(refused(() -> channel.basicPublish("", requests, asking("1"), bytes("ping"))))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - fast reply consumer does not exist"));
  }

  @Test
  void a_passive_declare_tells_that_the_feature_is_there() throws Exception {
    assertThat(channel.queueDeclarePassive(REPLY_TO).getQueue()).isEqualTo(REPLY_TO);
  }

  @Test
  void a_passive_declare_tells_whether_the_asker_is_still_there() throws Exception {
    String requests = queue();
    Channel client = newChannel();
    consume(client, REPLY_TO, true);
    client.basicPublish("", requests, asking("1"), bytes("ping"));
    String replyTo = takeMessage(requests).getProps().getReplyTo();

    assertThat(channel.queueDeclarePassive(replyTo).getQueue()).isEqualTo(replyTo);
    client.close();

    assertThat(refused(() -> channel.queueDeclarePassive(replyTo)))
        .isEqualTo(channel(404, "NOT_FOUND - no queue '" + replyTo + "' in vhost '/'"));
  }

  @Test
  void an_answer_to_an_asker_that_has_gone_is_dropped() throws Exception {
    String requests = queue();
    Channel client = newChannel();
    consume(client, REPLY_TO, true);
    client.basicPublish("", requests, asking("1"), bytes("ping"));
    String replyTo = takeMessage(requests).getProps().getReplyTo();
    client.close();

    publish("", replyTo, "nobody is there");

    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void a_dead_letter_keeps_its_reply_address() throws Exception {
    String dead = queue();
    String requests = queue("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    Channel client = newChannel();
    Inbox answers = consume(client, REPLY_TO, true);
    client.basicPublish("", requests, asking("1"), bytes("ping"));
    channel.basicReject(get(requests).getEnvelope().getDeliveryTag(), false);

    channel.basicPublish("", takeMessage(dead).getProps().getReplyTo(), null, bytes("pong"));

    assertThat(answers.next(1)).containsExactly("pong");
  }

  @Test
  void the_tag_of_a_reply_consumer_is_free_for_another_consumer() throws Exception {
    String queue = queue();
    channel.basicConsume(REPLY_TO, true, "tag", new Inbox(channel));

    channel.rpc(new AMQP.Basic.Consume.Builder().queue(queue).consumerTag("tag").build());

    assertThat(channel.queueDeclarePassive(queue).getConsumerCount()).isEqualTo(1);
  }

  @Test
  void a_tag_in_use_is_not_free_for_a_reply_consumer() throws Exception {
    Channel own = on(newConnection());
    own.basicConsume(queue(), true, "tag", new Inbox(own));
    // the client library would refuse it by itself
    AMQP.Basic.Consume again =
        new AMQP.Basic.Consume.Builder().queue(REPLY_TO).consumerTag("tag").noAck(true).build();

    assertThat(closeOf(own, () -> own.rpc(again)))
        .isEqualTo(connection(530, "NOT_ALLOWED - attempt to reuse consumer tag 'tag'"));
  }

  @Test
  void what_a_second_reply_consumer_does_wrong_is_told_before_that_there_is_one() throws Exception {
    consume(channel, REPLY_TO, true);

    assertThat(refused(() -> consume(channel, REPLY_TO, false)))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - reply consumer cannot acknowledge"));
  }

  @Test
  void there_is_no_queue_behind_the_name() throws Exception {
    Close missing = channel(404, "NOT_FOUND - no queue '" + REPLY_TO + "' in vhost '/'");

    assertThat(refused(() -> channel.basicGet(REPLY_TO, true))).isEqualTo(missing);
    Channel second = newChannel();
    assertThat(closeOf(second, () -> second.queuePurge(REPLY_TO))).isEqualTo(missing);
    Channel third = newChannel();
    assertThat(closeOf(third, () -> third.queueBind(REPLY_TO, "amq.direct", "k")))
        .isEqualTo(missing);
    assertThat(newChannel().queueDelete(REPLY_TO).getMessageCount()).isZero();
  }

  @Test
  void an_answer_goes_through_the_default_exchange_only() throws Exception {
    String replyTo = ask(newChannel()).replyTo();

    assertThat(Unroutable.probe(channel, "amq.direct", replyTo)).isTrue();
  }

  @Test
  @Differs(on43 = "it does not come back")
  void a_mandatory_answer_arrives_and_comes_back_all_the_same() throws Exception {
    Asked asked = ask(newChannel());

    boolean returned = Unroutable.probe(channel, asked.replyTo());

    assertThat(asked.answers().next(1)).containsExactly("");
    assertThat(returned).isEqualTo(!is43());
  }

  @Test
  void an_answer_may_be_copied_to_a_requester_and_to_queues() throws Exception {
    Asked asked = ask(newChannel());
    String copies = queue();

    publish("", asked.replyTo(), properties("CC", List.of(copies)), "1");
    publish("", copies, properties("CC", List.of(asked.replyTo())), "2");
    publish("", "nobody", properties("BCC", List.of(asked.replyTo())), "3");

    assertThat(asked.answers().next(3)).containsExactly("1", "2", "3");
    assertThat(take(copies)).isEqualTo("1");
    assertThat(take(copies)).isEqualTo("2");
  }

  @Test
  @Differs(on43 = "it waits for the commit")
  void an_answer_in_a_transaction_does_not_wait_for_the_commit() throws Exception {
    Asked asked = ask(newChannel());
    channel.txSelect();

    channel.basicPublish("", asked.replyTo(), null, bytes("pong"));
    if (is43()) {
      channel.txRollback();
      channel.basicPublish("", asked.replyTo(), null, bytes("pong, committed"));
      channel.txCommit();
      assertThat(asked.answers().next(1)).containsExactly("pong, committed");
    } else {
      assertThat(asked.answers().next(1)).containsExactly("pong");
      channel.txRollback();
    }
  }

  @Test
  void an_answer_is_confirmed() throws Exception {
    Asked asked = ask(newChannel());

    publish("", asked.replyTo(), "pong");

    assertThat(asked.answers().next(1)).containsExactly("pong");
  }

  private record Asked(Inbox answers, String replyTo) {}

  /** Where the answer to a client's request has to go. */
  private Asked ask(Channel client) throws Exception {
    String requests = queue();
    Inbox answers = consume(client, REPLY_TO, true);
    client.basicPublish("", requests, asking("1"), bytes("ping"));
    return new Asked(answers, takeMessage(requests).getProps().getReplyTo());
  }

  private static BasicProperties asking(String correlation) {
    return new BasicProperties.Builder().replyTo(REPLY_TO).correlationId(correlation).build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
