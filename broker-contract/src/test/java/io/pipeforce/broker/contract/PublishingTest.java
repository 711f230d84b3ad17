package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static io.pipeforce.broker.contract.Close.connection;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.impl.LongStringHelper;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What happens to a published message before it reaches a queue, and that it arrives as it was
 * sent.
 */
class PublishingTest extends Contract {

  @Test
  void publishing_to_a_missing_exchange_closes_the_channel() throws Exception {
    String missing = name("missing");

    assertThat(refused(() -> channel.basicPublish(missing, "k", null, new byte[0])))
        .isEqualTo(channel(404, "NOT_FOUND - no exchange '" + missing + "' in vhost '/'"));
  }

  @Test
  void every_property_arrives_as_it_was_sent() throws Exception {
    String queue = queue();
    BasicProperties sent =
        new BasicProperties(
            "text/plain",
            "utf-8",
            arguments("k", "v"),
            2,
            7,
            "correlation",
            "reply",
            "60000",
            "message",
            A_TIME,
            "type",
            "guest",
            "app",
            "cluster");

    publish("", queue, sent, "hello");

    BasicProperties received = takeMessage(queue).getProps();
    assertThat(received.getHeaders().get("k")).hasToString("v");
    assertThat(received.builder().headers(null).build())
        .isEqualTo(sent.builder().headers(null).build());
  }

  @Test
  void a_message_without_properties_arrives_without_properties() throws Exception {
    String queue = queue();

    publish("", queue, new BasicProperties(), "hello");

    assertThat(takeMessage(queue).getProps()).isEqualTo(new BasicProperties());
  }

  @Test
  void header_values_keep_their_types() throws Exception {
    String queue = queue();
    Map<String, Object> headers = new HashMap<>();
    headers.put("boolean", true);
    headers.put("byte", (byte) -5);
    headers.put("short", (short) -300);
    headers.put("int", -70_000);
    headers.put("long", 5_000_000_000L);
    headers.put("float", 1.5f);
    headers.put("double", 2.25d);
    headers.put("decimal", new BigDecimal("12.34"));
    headers.put("string", LongStringHelper.asLongString("text äöü"));
    headers.put("bytes", new byte[] {0, 1, 2});
    headers.put("time", A_TIME);
    headers.put("list", List.of(1, LongStringHelper.asLongString("two")));
    headers.put("map", Map.of("inner", 1L));
    headers.put("none", null);

    publish("", queue, new BasicProperties.Builder().headers(headers).build(), "hello");

    Map<String, Object> received = takeMessage(queue).getProps().getHeaders();
    assertThat((byte[]) received.remove("bytes")).containsExactly(0, 1, 2);
    headers.remove("bytes");
    assertThat(received).isEqualTo(headers);
    assertThat(received.get("string")).isInstanceOf(LongString.class);
  }

  @Test
  void bodies_of_any_size_arrive_whole() throws Exception {
    String queue = queue();
    int frame = channel.getConnection().getFrameMax();
    channel.confirmSelect();
    for (int size : new int[] {0, 1, frame - 9, frame - 8, frame - 7, frame, 3 * frame + 5}) {
      byte[] body = new byte[size];
      new Random(size).nextBytes(body);
      channel.basicPublish("", queue, null, body);
      channel.waitForConfirmsOrDie(PATIENCE.toMillis());

      assertThat(takeMessage(queue).getBody()).isEqualTo(body);
    }
  }

  @Test
  @Differs(on310 = "the maximum is 128 MiB, not 16")
  void a_message_above_the_maximum_is_refused() throws Exception {
    int maximum = since4(16, 128) * 1024 * 1024;
    Channel own = on(newConnection());

    assertThat(closeOf(own, () -> own.basicPublish("", "nobody", null, new byte[maximum + 1])))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - message size "
                    + (maximum + 1)
                    + " is larger than configured max size "
                    + maximum));
  }

  @Test
  void a_message_of_the_maximum_arrives_whole() throws Exception {
    String queue = queue();
    byte[] body = new byte[16 * 1024 * 1024];
    new Random(16).nextBytes(body);
    channel.confirmSelect();

    channel.basicPublish("", queue, null, body);
    channel.waitForConfirmsOrDie(PATIENCE.toMillis());

    assertThat(takeMessage(queue).getBody()).isEqualTo(body);
  }

  @Test
  @Differs(on310 = "it arrives")
  void a_message_of_100_megabytes_is_refused_when_all_of_it_has_come() throws Exception {
    byte[] body = new byte[100 * 1024 * 1024];
    String queue = queue();
    if (is310()) {
      channel.confirmSelect();
      channel.basicPublish("", queue, null, body);
      channel.waitForConfirmsOrDie(PATIENCE.toMillis());
      assertThat(ready(queue)).isEqualTo(1);
      return;
    }
    Channel own = on(newConnection());
    assertThat(closeOf(own, () -> own.basicPublish("", queue, null, body)))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - message size 104857600 is larger than configured max size"
                    + " 16777216"));
    assertThat(ready(queue)).isZero();
  }

  @Test
  void a_user_id_must_be_the_one_that_is_logged_in() throws Exception {
    BasicProperties properties = new BasicProperties.Builder().userId("somebody").build();

    assertThat(refused(() -> channel.basicPublish("", "k", properties, new byte[0])))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - user_id property set to 'somebody' but authenticated user was"
                    + " 'guest'"));
  }

  @Test
  void letting_the_flow_go_on_is_answered() throws Exception {
    AMQP.Channel.FlowOk answer =
        (AMQP.Channel.FlowOk)
            channel.rpc(new AMQP.Channel.Flow.Builder().active(true).build()).getMethod();

    assertThat(answer.getActive()).isTrue();
  }

  @Test
  void an_expiration_must_be_a_number_of_milliseconds() throws Exception {
    BasicProperties properties = new BasicProperties.Builder().expiration("soon").build();

    assertThat(refused(() -> channel.basicPublish("", "k", properties, new byte[0])))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - invalid expiration 'soon': no_integer"));
    Channel second = newChannel();
    BasicProperties trailing = new BasicProperties.Builder().expiration("10s").build();
    assertThat(closeOf(second, () -> second.basicPublish("", "k", trailing, new byte[0])))
        .isEqualTo(
            channel(
                406, "PRECONDITION_FAILED - invalid expiration '10s': {leftover_string,\"s\"}"));
    Channel third = newChannel();
    BasicProperties negative = new BasicProperties.Builder().expiration("-1").build();
    assertThat(closeOf(third, () -> third.basicPublish("", "k", negative, new byte[0])))
        .isEqualTo(
            channel(406, "PRECONDITION_FAILED - invalid expiration '-1': {value_negative,-1}"));
  }

  @Test
  void an_unroutable_mandatory_message_comes_back_before_its_confirm() throws Exception {
    BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    channel.addReturnListener(events::add);
    channel.addConfirmListener((tag, multiple) -> events.add("ack " + tag), (tag, multiple) -> {});
    channel.confirmSelect();

    channel.basicPublish("amq.direct", "nobody", true, properties("k", 1), "hello".getBytes(UTF_8));

    Return returned = (Return) poll(events);
    assertThat(returned.getReplyCode()).isEqualTo(312);
    assertThat(returned.getReplyText()).isEqualTo("NO_ROUTE");
    assertThat(returned.getExchange()).isEqualTo("amq.direct");
    assertThat(returned.getRoutingKey()).isEqualTo("nobody");
    assertThat(returned.getProperties()).isEqualTo(properties("k", 1));
    assertThat(returned.getBody()).asString().isEqualTo("hello");
    assertThat(poll(events)).isEqualTo("ack 1");
  }

  @Test
  void a_mandatory_message_that_is_routed_does_not_come_back() throws Exception {
    String queue = queue();
    BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    channel.addReturnListener(events::add);
    channel.addConfirmListener((tag, multiple) -> events.add("ack " + tag), (tag, multiple) -> {});
    channel.confirmSelect();

    channel.basicPublish("", queue, true, null, new byte[0]);

    assertThat(poll(events)).isEqualTo("ack 1");
  }

  @Test
  void asking_for_immediate_delivery_closes_the_connection() throws Exception {
    Channel own = on(newConnection());

    assertThat(closeOf(own, () -> own.basicPublish("", "k", false, true, null, new byte[0])))
        .isEqualTo(connection(540, "NOT_IMPLEMENTED - immediate=true"));
  }

  @Test
  void messages_of_one_channel_arrive_in_order() throws Exception {
    String queue = queue();
    for (int i = 0; i < 200; i++) {
      channel.basicPublish("", queue, null, Integer.toString(i).getBytes(UTF_8));
    }

    Inbox inbox = consume(channel, queue, true);

    for (int i = 0; i < 200; i++) {
      assertThat(Inbox.text(inbox.next())).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void a_persistent_and_a_transient_message_keep_their_delivery_mode() throws Exception {
    String queue = queue();
    publish("", queue, new BasicProperties.Builder().deliveryMode(1).build(), "1");
    publish("", queue, new BasicProperties.Builder().deliveryMode(2).build(), "2");

    GetResponse first = takeMessage(queue);
    GetResponse second = takeMessage(queue);

    assertThat(first.getProps().getDeliveryMode()).isEqualTo(1);
    assertThat(second.getProps().getDeliveryMode()).isEqualTo(2);
  }

  @Test
  void pausing_the_flow_from_the_client_closes_the_connection() throws Exception {
    Channel own = on(newConnection());

    assertThat(closeOf(own, () -> own.rpc(new AMQP.Channel.Flow.Builder().active(false).build())))
        .isEqualTo(connection(540, "NOT_IMPLEMENTED - active=false"));
  }

  private static Object poll(BlockingQueue<Object> events) throws InterruptedException {
    Object event = events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(event).as("an event from the broker").isNotNull();
    return event;
  }
}
