package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static io.pipeforce.broker.contract.RawClient.octets;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of odd properties and headers on their way. */
class PropertiesTest extends Contract {

  @Test
  @Differs(on310 = "it is passed on as it came")
  void an_expiration_is_passed_on_as_the_number_that_it_is() throws Exception {
    assertThat(expirationAfter("+60000")).isEqualTo(since4("60000", "+60000"));
    assertThat(expirationAfter("0060000")).isEqualTo(since4("60000", "0060000"));
  }

  private String expirationAfter(String expiration) throws Exception {
    String queue = queue();
    publish("", queue, new BasicProperties.Builder().expiration(expiration).build(), "1");
    return takeMessage(queue).getProps().getExpiration();
  }

  @Test
  void an_expiration_is_all_digits() throws Exception {
    for (String wrong : List.of("", " 5", "soon", "\u0665")) {
      assertThat(refusalOf(wrong))
          .isEqualTo(
              channel(406, "PRECONDITION_FAILED - invalid expiration '" + wrong + "': no_integer"));
    }
    assertThat(refusalOf("5 "))
        .isEqualTo(
            channel(406, "PRECONDITION_FAILED - invalid expiration '5 ': {leftover_string,\" \"}"));
    assertThat(refusalOf("5.0"))
        .isEqualTo(
            channel(
                406, "PRECONDITION_FAILED - invalid expiration '5.0': {leftover_string,\".0\"}"));
  }

  private Close refusalOf(String expiration) throws Exception {
    Channel own = newChannel();
    BasicProperties properties = new BasicProperties.Builder().expiration(expiration).build();
    return closeOf(own, () -> own.basicPublish("", "nobody", properties, new byte[0]));
  }

  @Test
  void a_missing_exchange_is_noticed_before_a_wrong_expiration() throws Exception {
    String missing = name("missing");
    BasicProperties properties = new BasicProperties.Builder().expiration("soon").build();

    assertThat(refused(() -> channel.basicPublish(missing, "", properties, new byte[0])).code())
        .isEqualTo(404);
  }

  @Test
  @Differs(on310 = "they arrive in the order in which they were sent")
  void headers_arrive_in_the_order_of_their_names() throws Exception {
    String queue = queue();
    byte[] sent =
        octets(
            0x20, 0, 0, 0, 0, 25, 1, 'z', 't', 1, 1, 'b', 'F', 0, 0, 0, 8, 1, 'y', 't', 1, 1, 'x',
            't', 0, 1, 'B', 'b', 5, 0, 'V');
    byte[] sorted =
        octets(
            0x20, 0, 0, 0, 0, 25, 0, 'V', 1, 'B', 'b', 5, 1, 'b', 'F', 0, 0, 0, 8, 1, 'y', 't', 1,
            1, 'x', 't', 0, 1, 'z', 't', 1);

    assertThat(propertiesAfter(queue, sent)).isEqualTo(since4(sorted, sent));
  }

  /** The octets of the properties that come out when these go in. */
  private byte[] propertiesAfter(String queue, byte[] sent) throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, queue);
      client.contentHeader(1, 60, 1, sent);
      client.frame(RawClient.BODY, 1, "a".getBytes(US_ASCII));
      awaitReady(queue, 1);
      client.send(1, new AMQP.Basic.Get.Builder().queue(queue).noAck(true).build());
      client.expect(AMQP.Basic.GetOk.class);
      byte[] header = client.nextFrame().getPayload();
      return Arrays.copyOfRange(header, 12, header.length);
    }
  }

  @Test
  void an_empty_table_of_headers_is_passed_on() throws Exception {
    String queue = queue();

    publish("", queue, new BasicProperties.Builder().headers(Map.of()).build(), "1");

    assertThat(takeMessage(queue).getProps().getHeaders()).isEmpty();
  }

  @Test
  void any_priority_is_passed_on() throws Exception {
    String queue = queue();

    publish("", queue, new BasicProperties.Builder().priority(255).build(), "1");

    assertThat(takeMessage(queue).getProps().getPriority()).isEqualTo(255);
  }

  @Test
  @Differs(on310 = "the channel is closed with 406")
  void an_unknown_delivery_mode_is_passed_on() throws Exception {
    BasicProperties properties = new BasicProperties.Builder().deliveryMode(3).build();
    if (is310()) {
      assertThat(refused(() -> channel.basicPublish("", "nobody", properties, new byte[0])))
          .isEqualTo(
              channel(406, "PRECONDITION_FAILED - invalid message: {delivery_mode_unknown,3}"));
      return;
    }
    String queue = queue();

    publish("", queue, properties, "1");

    assertThat(takeMessage(queue).getProps().getDeliveryMode()).isEqualTo(3);
  }

  @Test
  void an_empty_user_is_not_the_one_that_is_logged_in() throws Exception {
    BasicProperties properties = new BasicProperties.Builder().userId("").build();

    assertThat(refused(() -> channel.basicPublish("", "nobody", properties, new byte[0])))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - user_id property set to '' but authenticated user was"
                    + " 'guest'"));
  }

  @Test
  void keys_of_other_types_in_a_CC_header_do_not_count() throws Exception {
    String queue = queue();
    BasicProperties properties =
        new BasicProperties.Builder().headers(Map.of("CC", List.of(5, queue))).build();

    publish("", "nobody", properties, "1");

    assertThat(takeMessage(queue).getEnvelope().getRoutingKey()).isEqualTo("nobody");
  }

  @Test
  void a_cc_header_in_small_letters_is_a_header_like_others() throws Exception {
    String queue = queue();
    BasicProperties properties =
        new BasicProperties.Builder().headers(Map.of("cc", List.of(queue))).build();

    publish("", "nobody", properties, "1");

    assertThat(ready(queue)).isZero();
  }
}
