package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.nio.charset.StandardCharsets;
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

  private static BasicProperties asking(String correlation) {
    return new BasicProperties.Builder().replyTo(REPLY_TO).correlationId(correlation).build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
