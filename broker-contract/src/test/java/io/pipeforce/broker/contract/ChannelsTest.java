package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static io.pipeforce.broker.contract.Close.connection;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How channels begin and end, on a raw socket. */
class ChannelsTest extends Contract {

  private static final Close NOT_OPEN = connection(504, "CHANNEL_ERROR - expected 'channel.open'");
  private static final Close OPEN_TWICE =
      connection(504, "CHANNEL_ERROR - second 'channel.open' seen");

  @Test
  void a_channel_that_is_not_open_knows_no_method() throws Exception {
    try (RawClient client = RawClient.open(broker)) {
      client.sendQos(1);

      assertThat(client.refusalDuring(60, 10)).isEqualTo(NOT_OPEN);
    }
    try (RawClient client = RawClient.open(broker)) {
      client.sendClose(1);

      assertThat(client.refusalDuring(20, 40)).isEqualTo(NOT_OPEN);
    }
  }

  @Test
  void an_open_channel_is_not_opened_again() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendOpen(1);

      assertThat(client.refusalDuring(20, 10)).isEqualTo(OPEN_TWICE);
    }
  }

  @Test
  void a_closed_channel_is_opened_again() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendClose(1);
      client.expect(AMQP.Channel.CloseOk.class);
      client.channel(1);

      client.sendQos(1);
      client.expect(AMQP.Basic.QosOk.class);
    }
  }

  @Test
  void a_closed_channel_knows_no_method() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendClose(1);
      client.expect(AMQP.Channel.CloseOk.class);
      client.sendQos(1);

      assertThat(client.refusalDuring(60, 10)).isEqualTo(NOT_OPEN);
    }
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendClose(1);
      client.expect(AMQP.Channel.CloseOk.class);
      client.sendClose(1);

      assertThat(client.refusalDuring(20, 40)).isEqualTo(NOT_OPEN);
    }
  }

  @Test
  void a_channel_may_have_any_number() throws Exception {
    try (RawClient client = RawClient.open(broker, 2, RawClient.FRAME_MAX, Duration.ZERO)) {
      client.channel(65_535);
      client.channel(7);
    }
  }

  @Test
  void no_more_channels_are_opened_than_agreed_whatever_their_numbers() throws Exception {
    try (RawClient client = RawClient.open(broker, 2, RawClient.FRAME_MAX, Duration.ZERO)) {
      client.channel(7);
      client.channel(8);
      client.sendOpen(1);

      assertThat(client.refusalDuring(0, 0))
          .isEqualTo(
              connection(
                  530,
                  "NOT_ALLOWED - number of channels opened (2) has reached the negotiated"
                      + " channel_max (2)"));
    }
  }

  @Test
  void a_closed_channel_makes_room_for_another() throws Exception {
    try (RawClient client = RawClient.open(broker, 1, RawClient.FRAME_MAX, Duration.ZERO)) {
      client.channel(1);
      client.sendClose(1);
      client.expect(AMQP.Channel.CloseOk.class);

      client.channel(2);
    }
  }

  @Test
  void methods_of_channels_are_none_of_the_connection() throws Exception {
    String text = "CHANNEL_ERROR - unexpected method in connection state running";
    try (RawClient client = RawClient.open(broker)) {
      client.sendOpen(0);

      assertThat(client.refusalDuring(20, 10)).isEqualTo(connection(504, text));
    }
    try (RawClient client = RawClient.open(broker)) {
      client.sendPublish(0, "nobody");

      assertThat(client.refusalDuring(60, 40)).isEqualTo(connection(504, text));
    }
  }

  @Test
  void methods_of_the_connection_are_none_of_a_channel() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.send(1, new AMQP.Connection.Close.Builder().build());

      assertThat(client.refusalDuring(10, 50))
          .isEqualTo(connection(503, "COMMAND_INVALID - unimplemented method"));
    }
  }

  @Test
  void methods_of_the_broker_are_none_of_a_client() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.send(1, new AMQP.Basic.QosOk.Builder().build());

      assertThat(client.refusalDuring(60, 11))
          .isEqualTo(connection(503, "COMMAND_INVALID - unimplemented method"));
    }
    try (RawClient client = RawClient.withChannel(broker)) {
      client.send(1, new AMQP.Queue.DeclareOk.Builder().queue("q").build());

      assertThat(client.refusalDuring(50, 11))
          .isEqualTo(connection(503, "COMMAND_INVALID - unimplemented method"));
    }
    try (RawClient client = RawClient.open(broker)) {
      client.send(0, new AMQP.Connection.Blocked.Builder().reason("").build());

      assertThat(client.refusalDuring(10, 60))
          .isEqualTo(
              connection(504, "CHANNEL_ERROR - unexpected method in connection state running"));
    }
  }

  @Test
  void until_its_close_is_answered_a_channel_hears_nothing() throws Exception {
    String queue = queue();
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendWrongAck(1);
      Close close = client.channelClose();
      client.sendQos(1);
      client.sendPublish(1, queue);
      client.contentHeader(1, 1);
      client.frame(RawClient.BODY, 1, "a".getBytes(US_ASCII));
      client.send(1, new AMQP.Channel.CloseOk.Builder().build());
      client.sendOpen(1);

      assertThat(close).isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 1"));
      client.expect(AMQP.Channel.OpenOk.class);
      assertThat(ready(queue)).isZero();
    }
  }

  @Test
  void a_channel_is_not_opened_before_its_close_is_answered() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendWrongAck(1);
      client.channelClose();
      client.sendOpen(1);

      assertThat(client.refusalDuring(20, 10)).isEqualTo(OPEN_TWICE);
    }
  }

  @Test
  void closes_of_a_channel_that_cross_are_both_answered() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendWrongAck(1);
      client.channelClose();
      client.sendClose(1);

      client.expect(AMQP.Channel.CloseOk.class);
      client.send(1, new AMQP.Channel.CloseOk.Builder().build());
      client.channel(1);
    }
  }

  @Test
  void a_channel_that_awaits_the_answer_to_its_close_still_counts() throws Exception {
    try (RawClient client = RawClient.open(broker, 1, RawClient.FRAME_MAX, Duration.ZERO)) {
      client.channel(1);
      client.sendWrongAck(1);
      client.channelClose();
      client.sendOpen(2);

      assertThat(client.refusal().code()).isEqualTo(530);
    }
  }

  @Test
  void a_close_that_nobody_asked_for_is_no_answer() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.send(1, new AMQP.Channel.CloseOk.Builder().build());

      assertThat(client.refusalDuring(20, 41))
          .isEqualTo(connection(503, "COMMAND_INVALID - unimplemented method"));
    }
  }
}
