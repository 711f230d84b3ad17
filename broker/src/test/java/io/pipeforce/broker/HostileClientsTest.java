package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.ChannelMethod;
import io.pipeforce.broker.wire.ConnectionMethod;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.QueueMethod;
import io.pipeforce.broker.wire.Text;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no client library would send; the broker must answer as RabbitMQ and go on. */
class HostileClientsTest {
  private Broker broker;

  @BeforeEach
  void start() {
    broker = Broker.start(BrokerOptions.local());
  }

  @AfterEach
  void stop() throws IOException {
    // Whatever the client did, the next one is served.
    try (RawClient next = RawClient.open(broker).withChannel(1)) {
      next.send(0, new ConnectionMethod.Close(200, "bye", 0, 0));
      next.expect(ConnectionMethod.CloseOk.class);
    }
    broker.close();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HT", "AMQP0091", "AMQP\0\0\0\0"})
  void another_protocol_is_told_what_is_spoken_here(String header) throws IOException {
    try (RawClient client = new RawClient(broker)) {
      client.socket.getOutputStream().write(ascii(header));

      assertThat(client.socket.getInputStream().readNBytes(8))
          .isEqualTo(new byte[] {'A', 'M', 'Q', 'P', 3, 1, 0, 0});
      client.expectEnd();
    }
  }

  @Test
  void a_later_0_9_is_offered_0_9_1() throws IOException {
    try (RawClient client = new RawClient(broker)) {
      client.bytes('A', 'M', 'Q', 'P', 0, 0, 10, 0);

      assertThat(client.socket.getInputStream().readNBytes(8))
          .isEqualTo(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
      client.expectEnd();
    }
  }

  @Test
  void a_frame_without_its_end_marker_is_501() throws IOException {
    try (RawClient client = RawClient.open(broker)) {
      client.frame(Frame.METHOD, 1, new byte[] {0, 20, 0, 10, 0}, 0);

      assertThat(client.expect(ConnectionMethod.Close.class).replyText())
          .isEqualTo(
              "FRAME_ERROR - type 1, all octets = <<0,20,0,10,0>>: {invalid_frame_end_marker,0}");
    }
  }

  @Test
  void a_frame_that_is_too_large_is_501_before_it_was_read() throws IOException {
    try (RawClient client = RawClient.open(broker)) {
      client.bytes(3, 0, 1, 0x7F, 0, 0, 0);

      assertThat(client.expect(ConnectionMethod.Close.class).replyText())
          .isEqualTo(
              "FRAME_ERROR - type 3, all octets = <<>>: {frame_too_large,2130706432,131064}");
    }
  }

  @Test
  void a_frame_of_an_unknown_type_is_501() throws IOException {
    try (RawClient client = RawClient.open(broker)) {
      client.frame(9, 1, ascii("abc"));

      assertThat(client.expectClose())
          .isEqualTo("501 FRAME_ERROR - type 9, all octets = <<\"abc\">>: unknown_frame");
    }
  }

  @Test
  void a_heartbeat_on_a_channel_is_505_and_one_with_a_payload_501() throws IOException {
    try (RawClient client = RawClient.open(broker)) {
      client.frame(Frame.HEARTBEAT, 1, new byte[0]);
      assertThat(client.expectClose())
          .isEqualTo("505 UNEXPECTED_FRAME - type 8, all octets = <<>>");
    }
    try (RawClient client = RawClient.open(broker)) {
      client.frame(Frame.HEARTBEAT, 0, new byte[] {1});
      assertThat(client.expectClose())
          .isEqualTo("501 FRAME_ERROR - type 8, all octets = <<1>>: unknown_frame");
    }
  }

  @Test
  void a_method_on_a_channel_that_is_not_open_is_504() throws IOException {
    try (RawClient client = RawClient.open(broker)) {
      client.send(1, new BasicMethod.Qos(0, 1, false));

      assertThat(client.expectClose()).isEqualTo("504 CHANNEL_ERROR - expected 'channel.open'");
    }
  }

  @Test
  void opening_a_channel_twice_is_504() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.send(1, new ChannelMethod.Open());

      assertThat(client.expectClose()).isEqualTo("504 CHANNEL_ERROR - second 'channel.open' seen");
    }
  }

  @Test
  void opening_a_channel_before_its_close_was_answered_is_504() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.send(1, new BasicMethod.Ack(1, false));
      client.expect(ChannelMethod.Close.class);
      client.send(1, new ChannelMethod.Open());

      assertThat(client.expectClose()).isEqualTo("504 CHANNEL_ERROR - second 'channel.open' seen");
    }
  }

  @Test
  void crossing_closes_of_a_channel_are_answered() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.send(1, new BasicMethod.Ack(1, false));
      client.expect(ChannelMethod.Close.class);
      client.send(1, new ChannelMethod.Close(200, "bye", 0, 0));
      client.expect(ChannelMethod.CloseOk.class);
      client.send(1, new ChannelMethod.CloseOk());
      client.withChannel(1);
    }
  }

  @Test
  void a_method_of_the_broker_is_503_from_a_client() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.send(1, new BasicMethod.QosOk());

      assertThat(client.expectClose()).isEqualTo("503 COMMAND_INVALID - unimplemented method");
    }
  }

  @Test
  void a_content_header_without_a_publish_is_505() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.contentHeader(1, 60, 0, 5);

      assertThat(client.expectClose())
          .isEqualTo("505 UNEXPECTED_FRAME - expected method frame, got non method frame instead");
    }
  }

  @Test
  void a_method_in_the_middle_of_content_is_505_and_names_the_publish() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.publish(1, "q");
      client.send(1, new BasicMethod.Qos(0, 1, false));

      ConnectionMethod.Close close = client.expect(ConnectionMethod.Close.class);
      assertThat(close.replyText())
          .isEqualTo(
              "UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead");
      assertThat(close.failedClass()).isEqualTo(60);
      assertThat(close.failedMethod()).isEqualTo(40);
    }
  }

  @Test
  void a_content_header_of_another_class_is_505() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.publish(1, "q");
      client.contentHeader(1, 50, 0, 5);

      assertThat(client.expectClose())
          .isEqualTo(
              "505 UNEXPECTED_FRAME - expected content header for class 60, got one for class 50 instead");
    }
  }

  @Test
  void more_body_than_announced_is_501() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.publish(1, "q");
      client.contentHeader(1, 60, 0, 2);
      client.frame(Frame.BODY, 1, ascii("abc"));

      assertThat(client.expectClose())
          .isEqualTo("501 FRAME_ERROR - content body frame exceeds remaining content size");
    }
  }

  @Test
  void an_announced_body_of_terabytes_costs_nothing() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.publish(1, "q");
      client.contentHeader(1, 60, 0, 1L << 42);

      assertThat(client.expectClose())
          .isEqualTo(
              "501 FRAME_ERROR - content body size 4398046511104 exceeds maximum allowed size 536870912");
    }
  }

  @Test
  void a_heartbeat_between_content_frames_is_fine() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.send(
          1, new QueueMethod.Declare("q", false, false, true, false, false, FieldTable.EMPTY));
      client.expect(QueueMethod.DeclareOk.class);
      client.publish(1, "q");
      client.contentHeader(1, 60, 0, 2);
      client.frame(Frame.HEARTBEAT, 0, new byte[0]);
      client.frame(Frame.BODY, 1, ascii("a"));
      client.frame(Frame.BODY, 1, ascii("b"));
      client.send(1, new BasicMethod.Get("q", true));

      client.expect(BasicMethod.GetOk.class);
    }
  }

  @Test
  void a_table_that_lies_about_its_length_is_501() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      // queue.declare with a table of 2 GiB
      client.frame(
          Frame.METHOD,
          1,
          new byte[] {0, 50, 0, 10, 0, 0, 1, 'q', 0, 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});

      assertThat(client.expectClose())
          .isEqualTo("501 FRAME_ERROR - cannot decode <<0,0,1,113,0,127,255,255,255>>");
    }
  }

  @Test
  void connection_methods_out_of_turn_are_504() throws IOException {
    try (RawClient client = RawClient.open(broker)) {
      client.send(0, new ConnectionMethod.Open("/"));

      assertThat(client.expectClose())
          .isEqualTo("504 CHANNEL_ERROR - unexpected method in connection state running");
    }
  }

  @Test
  void a_frame_max_below_the_minimum_ends_the_connection_without_a_word() throws IOException {
    try (RawClient client = new RawClient(broker)) {
      client.header();
      client.expect(ConnectionMethod.Start.class);
      client.startOk("PLAIN", "\0guest\0guest");
      client.expect(ConnectionMethod.Tune.class);
      client.send(0, new ConnectionMethod.TuneOk(10, 100, 0));

      client.expectEnd();
    }
  }

  @Test
  void more_channels_than_agreed_are_530() throws IOException {
    try (RawClient client = new RawClient(broker)) {
      client.header();
      client.expect(ConnectionMethod.Start.class);
      client.startOk("PLAIN", "\0guest\0guest");
      client.expect(ConnectionMethod.Tune.class);
      client.send(0, new ConnectionMethod.TuneOk(2, 131_072, 0));
      client.send(0, new ConnectionMethod.Open("/"));
      client.expect(ConnectionMethod.OpenOk.class);
      client.withChannel(60_000).withChannel(7);
      client.send(3, new ChannelMethod.Open());

      assertThat(client.expectClose())
          .isEqualTo(
              "530 NOT_ALLOWED - number of channels opened (2) has reached the negotiated channel_max (2)");
    }
  }

  @Test
  void amqplain_and_anonymous_log_in_too() throws IOException {
    try (RawClient client = new RawClient(broker)) {
      client.header();
      assertThat(client.expect(ConnectionMethod.Start.class).mechanisms())
          .contains("PLAIN", "AMQPLAIN", "ANONYMOUS");
      client.startOk("AMQPLAIN", "\5LOGINS\0\0\0\5guest\10PASSWORDS\0\0\0\5guest");
      client.expect(ConnectionMethod.Tune.class);
    }
    try (RawClient client = new RawClient(broker)) {
      client.header();
      client.expect(ConnectionMethod.Start.class);
      client.startOk("ANONYMOUS", "");
      client.expect(ConnectionMethod.Tune.class);
    }
  }

  @Test
  void a_wrong_password_gets_no_answer_unless_the_client_can_bear_it() throws IOException {
    try (RawClient client = new RawClient(broker)) {
      client.header();
      client.expect(ConnectionMethod.Start.class);
      client.startOk("PLAIN", "\0guest\0wrong");

      client.expectEnd();
    }
  }

  @Test
  void heartbeats_come_and_are_missed_when_they_do_not() throws IOException {
    try (RawClient client = RawClient.open(broker, 1)) {
      assertThat(client.in.next()).isInstanceOf(Frame.HeartbeatFrame.class);

      // Two heartbeats a second come until the broker has heard nothing for two seconds.
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  client.in.next();
                }
              })
          .isInstanceOf(EOFException.class);
    }
  }

  @Test
  void random_octets_never_harm_the_broker() throws IOException {
    Random random = new Random(42);
    for (int i = 0; i < 50; i++) {
      try (RawClient client = RawClient.open(broker).withChannel(1)) {
        byte[] payload = new byte[random.nextInt(60)];
        random.nextBytes(payload);
        client.frame(1 + random.nextInt(3), random.nextInt(3), payload);
      }
    }
  }

  @Test
  void a_method_that_there_is_not_ends_the_connection_without_a_word() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.frame(Frame.METHOD, 1, new byte[] {0, 60, 0, 99});

      client.expectEnd();
    }
  }

  @Test
  void a_method_that_cannot_be_read_is_named() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.frame(Frame.METHOD, 1, new byte[] {0, 60, 0, 80, 'a', 'b'});

      ConnectionMethod.Close close = client.expect(ConnectionMethod.Close.class);
      assertThat(close.replyText()).isEqualTo("FRAME_ERROR - cannot decode <<97,98>>");
      assertThat(close.failedClass()).isEqualTo(60);
      assertThat(close.failedMethod()).isEqualTo(80);
    }
  }

  @Test
  void properties_that_cannot_be_read_are_541() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.publish(1, "q");
      client.frame(
          Frame.HEADER,
          1,
          new byte[] {0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0x80, 0, 9, 'a'});

      assertThat(client.expectClose()).isEqualTo("541 INTERNAL_ERROR");
    }
  }

  /** A queue.declare or the like, whose arguments Java's strings cannot hold. */
  private static byte[] arguments(int classId, int methodId, byte[]... parts) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.writeBytes(new byte[] {0, (byte) classId, 0, (byte) methodId});
    for (byte[] part : parts) {
      payload.writeBytes(part);
    }
    return payload.toByteArray();
  }

  @Test
  void a_name_that_is_not_utf_8_is_501() throws IOException {
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.frame(
          Frame.METHOD, 1, arguments(60, 70, new byte[] {0, 0, 3, 'h', (byte) 0xFF, 'x', 0}));

      ConnectionMethod.Close close = client.expect(ConnectionMethod.Close.class);
      assertThat(close.replyText()).isEqualTo("FRAME_ERROR - Malformed UTF-8 in shortstr");
      assertThat(close.failedClass()).isZero();
    }
  }

  @Test
  void a_routing_key_that_is_not_utf_8_reaches_consumers_as_it_came() throws IOException {
    byte[] key = new byte[251];
    Arrays.fill(key, (byte) 0xFF);
    key[0] = (byte) 250;
    try (RawClient client = RawClient.open(broker).withChannel(1)) {
      client.send(
          1, new QueueMethod.Declare("q", false, false, true, false, false, FieldTable.EMPTY));
      client.expect(QueueMethod.DeclareOk.class);
      client.send(1, new QueueMethod.Bind("q", "amq.fanout", "", false, FieldTable.EMPTY));
      client.expect(QueueMethod.BindOk.class);
      client.frame(
          Frame.METHOD,
          1,
          arguments(60, 40, new byte[] {0, 0, 10}, ascii("amq.fanout"), key, new byte[] {0}));
      client.contentHeader(1, 60, 0, 0);
      client.send(1, new BasicMethod.Get("q", true));

      BasicMethod.GetOk message = client.expect(BasicMethod.GetOk.class);
      assertThat(Text.encode(message.routingKey())).hasSize(250).containsOnly(0xFF);
    }
  }
}
