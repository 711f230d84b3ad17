package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Delivery;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublishAndConsumeTest extends BrokerTest {
  @Test
  void a_published_message_reaches_a_consumer_with_all_it_had() throws Exception {
    queue("q");
    Inbox inbox = consume("q");
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .contentType("application/json")
            .headers(Map.of("number", 7L, "text", "x"))
            .correlationId("c")
            .build();

    publish("", "q", properties, "hello");

    Delivery delivery = inbox.next();
    assertThat(text(delivery.getBody())).isEqualTo("hello");
    assertThat(delivery.getEnvelope().getRoutingKey()).isEqualTo("q");
    assertThat(delivery.getEnvelope().isRedeliver()).isFalse();
    assertThat(delivery.getProperties().getContentType()).isEqualTo("application/json");
    assertThat(delivery.getProperties().getCorrelationId()).isEqualTo("c");
    assertThat(delivery.getProperties().getHeaders()).containsEntry("number", 7L);
    assertThat(delivery.getProperties().getHeaders().get("text")).hasToString("x");
  }

  @Test
  void messages_of_one_publisher_keep_their_order() throws Exception {
    queue("q");
    for (int i = 0; i < 500; i++) {
      publish("q", "m" + i);
    }

    Inbox inbox = consume("q");

    for (int i = 0; i < 500; i++) {
      assertThat(inbox.nextBody()).isEqualTo("m" + i);
    }
  }

  @Test
  void a_body_larger_than_a_frame_comes_back_whole() throws Exception {
    queue("q");
    byte[] body = new byte[1_000_003];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 31);
    }
    Inbox inbox = consume("q");

    channel.basicPublish("", "q", PLAIN, body);

    assertThat(inbox.next().getBody()).isEqualTo(body);
  }

  @Test
  void an_empty_body_is_a_message_too() throws Exception {
    queue("q");

    publish("q", "");

    assertThat(get("q").getBody()).isEmpty();
  }

  @Test
  void get_tells_how_many_are_left() throws Exception {
    queue("q");
    List.of("a", "b", "c").forEach(body -> uncheckedPublish("q", body));
    awaitReady("q", 3);

    assertThat(channel.basicGet("q", true).getMessageCount()).isEqualTo(2);
    assertThat(channel.basicGet("q", true).getMessageCount()).isEqualTo(1);
    assertThat(channel.basicGet("q", true).getMessageCount()).isZero();
    assertThat(channel.basicGet("q", true)).isNull();
  }

  @Test
  void confirms_come_for_every_message() throws Exception {
    queue("q");
    channel.confirmSelect();

    for (int i = 0; i < 1000; i++) {
      publish("q", "m");
    }

    assertThat(channel.waitForConfirms(SOON.toMillis())).isTrue();
    assertThat(ready("q")).isEqualTo(1000);
  }

  private void uncheckedPublish(String queue, String body) {
    try {
      publish(queue, body);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
