package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.connection;
import static io.pipeforce.broker.contract.RawClient.octets;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Frames that are broken, too large, or not those that have to come next. */
class FramesTest extends Contract {

  private static final byte[] NOTHING = {};
  private static final String NO_METHOD =
      "UNEXPECTED_FRAME - expected method frame, got non method frame instead";
  private static final String NO_HEADER =
      "UNEXPECTED_FRAME - expected content header for class 60, got non content header frame"
          + " instead";

  @Test
  void a_frame_without_its_end_marker_is_the_last_one() throws Exception {
    try (RawClient client = RawClient.open(broker)) {
      client.frame(RawClient.METHOD, 1, octets(0, 20, 0, 10, 0), 0);

      assertThat(client.lastWords())
          .isEqualTo(
              connection(
                  501,
                  "FRAME_ERROR - type 1, all octets = <<0,20,0,10,0>>:"
                      + " {invalid_frame_end_marker,0}"));
      client.expectEnd();
    }
  }

  @Test
  void of_a_long_frame_without_its_end_marker_the_first_octets_are_told() throws Exception {
    try (RawClient client = RawClient.open(broker)) {
      client.frame(RawClient.BODY, 1, "x".repeat(40).getBytes(US_ASCII), 205);

      assertThat(client.lastWords())
          .isEqualTo(
              connection(
                  501,
                  "FRAME_ERROR - type 3, first 16 octets = <<\"xxxxxxxxxxxxxxxx\">>:"
                      + " {invalid_frame_end_marker,\n"
                      + " ".repeat(51)
                      + "205}"));
    }
  }

  @Test
  void a_frame_above_the_agreed_size_is_refused_before_it_has_come() throws Exception {
    try (RawClient client = RawClient.open(broker, 1, 8192, Duration.ZERO)) {
      client.write(RawClient.frameHeader(RawClient.METHOD, 0, 8193));

      assertThat(client.lastWords())
          .isEqualTo(
              connection(
                  501, "FRAME_ERROR - type 1, all octets = <<>>: {frame_too_large,8193,8184}"));
    }
    try (RawClient client = RawClient.open(broker)) {
      client.write(RawClient.frameHeader(RawClient.BODY, 1, -1));

      assertThat(client.lastWords())
          .isEqualTo(
              connection(
                  501,
                  "FRAME_ERROR - type 3, all octets = <<>>:"
                      + " {frame_too_large,4294967295,131064}"));
    }
  }

  @Test
  void a_payload_may_be_as_large_as_the_whole_frame() throws Exception {
    try (RawClient client = RawClient.open(broker, 1, 8192, Duration.ZERO)) {
      client.channel(1);
      client.sendPublish(1, "nobody");
      client.contentHeader(1, 8192);
      client.frame(RawClient.BODY, 1, new byte[8192]);

      expectOpen(client);
    }
  }

  @Test
  void another_protocol_in_an_open_connection_is_a_frame_too_large() throws Exception {
    try (RawClient client = RawClient.open(broker)) {
      client.bytes('A', 'M', 'Q', 'P', 0, 0, 9, 1);

      assertThat(client.lastWords())
          .isEqualTo(
              connection(
                  501,
                  "FRAME_ERROR - type 65, all octets = <<>>:"
                      + " {frame_too_large,1342177289,131064}"));
    }
  }

  @Test
  void an_unknown_type_of_frame_is_refused() throws Exception {
    assertThat(answerTo(9, 1, "abc".getBytes(US_ASCII)))
        .isEqualTo(
            connection(501, "FRAME_ERROR - type 9, all octets = <<\"abc\">>: unknown_frame"));
    assertThat(answerTo(0, 0, NOTHING))
        .isEqualTo(connection(501, "FRAME_ERROR - type 0, all octets = <<>>: unknown_frame"));
    assertThat(answerTo(255, 1, octets('"', '\\', '"')))
        .isEqualTo(
            connection(
                501, "FRAME_ERROR - type 255, all octets = <<\"\\\"\\\\\\\"\">>: unknown_frame"));
  }

  @Test
  void a_heartbeat_belongs_to_no_channel_and_is_empty() throws Exception {
    assertThat(answerTo(RawClient.HEARTBEAT, 1, NOTHING))
        .isEqualTo(connection(505, "UNEXPECTED_FRAME - type 8, all octets = <<>>"));
    assertThat(answerTo(RawClient.HEARTBEAT, 0, octets(1)))
        .isEqualTo(connection(501, "FRAME_ERROR - type 8, all octets = <<1>>: unknown_frame"));
  }

  @Test
  void content_does_not_belong_to_channel_0() throws Exception {
    assertThat(answerTo(RawClient.BODY, 0, "abc".getBytes(US_ASCII)))
        .isEqualTo(connection(505, "UNEXPECTED_FRAME - type 3, all octets = <<\"abc\">>"));
    assertThat(answerTo(RawClient.HEADER, 0, new byte[14]))
        .isEqualTo(
            connection(
                505, "UNEXPECTED_FRAME - type 2, all octets = <<0,0,0,0,0,0,0,0,0,0,0,0,0,0>>"));
  }

  @Test
  void a_frame_too_short_for_its_type_is_refused() throws Exception {
    assertThat(answerTo(RawClient.METHOD, 1, octets(0, 20, 0)))
        .isEqualTo(connection(501, "FRAME_ERROR - type 1, all octets = <<0,20,0>>: unknown_frame"));
    assertThat(answerTo(RawClient.METHOD, 0, NOTHING))
        .isEqualTo(connection(501, "FRAME_ERROR - type 1, all octets = <<>>: unknown_frame"));
    assertThat(answerTo(RawClient.HEADER, 1, octets(0, 60, 0, 0, 0)))
        .isEqualTo(
            connection(501, "FRAME_ERROR - type 2, all octets = <<0,60,0,0,0>>: unknown_frame"));
  }

  private Close answerTo(int type, int channel, byte[] payload) throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.frame(type, channel, payload);
      return client.refusalDuring(0, 0);
    }
  }

  @Test
  void content_without_a_publish_is_unexpected() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.contentHeader(1, 0);

      assertThat(client.refusalDuring(0, 0)).isEqualTo(connection(505, NO_METHOD));
    }
    try (RawClient client = RawClient.withChannel(broker)) {
      client.frame(RawClient.BODY, 1, octets(1));

      assertThat(client.refusalDuring(0, 0)).isEqualTo(connection(505, NO_METHOD));
    }
  }

  @Test
  void behind_a_publish_comes_a_content_header() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, "nobody");
      client.sendPublish(1, "nobody");

      assertThat(client.refusalDuring(60, 40)).isEqualTo(connection(505, NO_HEADER));
    }
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, "nobody");
      client.frame(RawClient.BODY, 1, octets(1));

      assertThat(client.refusalDuring(60, 40)).isEqualTo(connection(505, NO_HEADER));
    }
  }

  @Test
  void the_content_header_is_of_the_class_of_its_method() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, "nobody");
      client.contentHeader(1, 50, 0, new byte[2]);

      assertThat(client.refusalDuring(60, 40))
          .isEqualTo(
              connection(
                  505,
                  "UNEXPECTED_FRAME - expected content header for class 60, got one for class 50"
                      + " instead"));
    }
  }

  @Test
  void behind_a_content_header_comes_its_body() throws Exception {
    String text = "UNEXPECTED_FRAME - expected content body, got non content body frame instead";
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, "nobody");
      client.contentHeader(1, 2);
      client.contentHeader(1, 2);

      assertThat(client.refusalDuring(60, 40)).isEqualTo(connection(505, text));
    }
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, "nobody");
      client.contentHeader(1, 2);
      client.sendClose(1);

      assertThat(client.refusalDuring(60, 40)).isEqualTo(connection(505, text));
    }
  }

  @Test
  void behind_an_empty_body_comes_no_body() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, "nobody");
      client.contentHeader(1, 0);
      client.frame(RawClient.BODY, 1, NOTHING);

      assertThat(client.refusalDuring(0, 0)).isEqualTo(connection(505, NO_METHOD));
    }
  }

  @Test
  void a_body_may_come_in_pieces_and_empty_ones_too() throws Exception {
    String queue = queue();
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, queue);
      client.contentHeader(1, 3);
      client.frame(RawClient.BODY, 1, NOTHING);
      client.frame(RawClient.BODY, 1, "a".getBytes(US_ASCII));
      client.frame(RawClient.HEARTBEAT, 0, NOTHING);
      client.frame(RawClient.BODY, 1, "bc".getBytes(US_ASCII));

      assertThat(take(queue)).isEqualTo("abc");
    }
  }

  @Test
  void other_channels_may_speak_between_the_frames_of_a_content() throws Exception {
    String queue = queue();
    try (RawClient client = RawClient.withChannel(broker)) {
      client.channel(2);
      client.sendPublish(1, queue);
      client.sendQos(2);
      client.expect(AMQP.Basic.QosOk.class);
      client.contentHeader(1, 1);
      client.sendQos(2);
      client.expect(AMQP.Basic.QosOk.class);
      client.frame(RawClient.BODY, 1, "a".getBytes(US_ASCII));

      assertThat(take(queue)).isEqualTo("a");
    }
  }

  @Test
  void a_connection_may_be_closed_in_the_middle_of_a_content() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, "nobody");
      client.contentHeader(1, 2);
      client.sendClose();

      client.expect(AMQP.Connection.CloseOk.class);
    }
  }

  @Test
  @Differs(
      onDev = "the connection is closed with 501, as RabbitMQ 4.3 does: waiting would be in vain",
      on43 = "the connection is closed with 501")
  void what_is_more_than_the_announced_body_is_swallowed_with_all_that_follows() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, "nobody");
      client.contentHeader(1, 2);
      client.frame(RawClient.BODY, 1, "abc".getBytes(US_ASCII));

      client.expectSilence(Duration.ofMillis(300));
    }
  }

  @Test
  @Differs(
      onDev = "the connection is closed with 501, as RabbitMQ 4.3 does",
      on43 = "the connection is closed with 501")
  void a_body_of_any_size_may_be_announced() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, "nobody");
      client.contentHeader(1, 1L << 42);

      client.expectSilence(Duration.ofMillis(300));
    }
  }

  private static void expectOpen(RawClient client) throws Exception {
    client.sendQos(1);
    client.expect(AMQP.Basic.QosOk.class);
  }
}
