package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static io.pipeforce.broker.contract.Close.connection;
import static io.pipeforce.broker.contract.RawClient.octets;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Methods, tables, texts and properties that cannot be read. */
class MalformedMethodsTest extends Contract {

  private static final byte[] ACK = octets(0, 60, 0, 80);

  /** A double of this value is no number. */
  private static final byte[] NAN = octets('d', 0x7F, 0xF8, 0, 0, 0, 0, 0, 0);

  @Test
  void an_unknown_method_ends_the_connection_without_a_word() throws Exception {
    expectEndAfter(1, octets(0, 60, 0, 99));
    expectEndAfter(1, octets(0, 200, 0, 10));
    expectEndAfter(0, octets(0, 10, 0, 99));
    expectEndAfter(7, octets(0, 60, 0, 99));
  }

  @Test
  void a_method_that_is_too_short_or_too_long_is_shown() throws Exception {
    assertThat(refusalOf(with(ACK, "ab"), 60, 80))
        .isEqualTo(connection(501, "FRAME_ERROR - cannot decode <<97,98>>"));
    assertThat(refusalOf(with(ACK, "\0\0\0\0\0\0\0\0\0\0"), 60, 80))
        .isEqualTo(connection(501, "FRAME_ERROR - cannot decode <<0,0,0,0,0,0,0,0,0,0>>"));
    assertThat(refusalOf(octets(0, 20, 0, 10, 0, 1, 2), 20, 10))
        .isEqualTo(connection(501, "FRAME_ERROR - cannot decode <<0,1,2>>"));
  }

  @Test
  void bits_that_mean_nothing_are_ignored() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.frame(RawClient.METHOD, 1, with(octets(0, 60, 0, 10), "\0\0\0\0\0\0\u00FE"));

      client.expect(AMQP.Basic.QosOk.class);
    }
  }

  @Test
  void a_method_of_the_connection_that_cannot_be_read_is_an_internal_error() throws Exception {
    try (RawClient client = RawClient.open(broker)) {
      client.frame(RawClient.METHOD, 0, octets(0, 10, 0, 50, 0));

      assertThat(client.refusalDuring(0, 0)).isEqualTo(connection(541, "INTERNAL_ERROR"));
    }
  }

  @Test
  void a_table_longer_than_its_method_is_shown_with_it() throws Exception {
    byte[] declare = with(octets(0, 50, 0, 10), "\0\0\1q\0\u007F\u00FF\u00FF\u00FF");

    assertThat(refusalOf(declare, 50, 10))
        .isEqualTo(connection(501, "FRAME_ERROR - cannot decode <<0,0,1,113,0,127,255,255,255>>"));
  }

  @Test
  void a_table_that_cannot_be_read_ends_the_connection_without_a_word() throws Exception {
    // a type that there is not, a value that is too short, a name without a value
    expectEndAfter(1, declaring(with(octets(1, 'k'), "Z\0")));
    expectEndAfter(1, declaring(with(octets(1, 'k'), "I\0")));
    expectEndAfter(1, declaring(with(octets(1, 'k'), "S\0\0\0\u0009ab")));
    expectEndAfter(1, declaring(with(octets(1, 'k'), "F\0\0\0\2ab")));
    expectEndAfter(1, declaring(with(octets(1, 'k'), "A\0\0\0\2Za")));
    expectEndAfter(1, declaring(octets(1, 'k')));
    expectEndAfter(1, declaring(octets(5, 'a', 'b')));
  }

  @Test
  void a_table_has_no_number_that_is_none() throws Exception {
    expectEndAfter(1, declaring(with(octets(1, 'k'), new String(NAN, ISO_8859_1))));
    expectEndAfter(1, declaring(octets(1, 'k', 'f', 0x7F, 0x80, 0, 0)));
  }

  @Test
  void a_name_must_be_utf_8() throws Exception {
    Close refusal = connection(501, "FRAME_ERROR - Malformed UTF-8 in shortstr");

    assertThat(refusalOf(declaring("\u00FF", new byte[0]), 0, 0)).isEqualTo(refusal);
    assertThat(refusalOf(declaring("\u00C0\u0080", new byte[0]), 0, 0)).isEqualTo(refusal);
    // exchange.declare, basic.cancel
    assertThat(refusalOf(with(octets(0, 40, 0, 10), "\0\0\1\u00FF\6direct\0\0\0\0\0"), 0, 0))
        .isEqualTo(refusal);
    assertThat(refusalOf(with(octets(0, 60, 0, 30), "\1\u00FF\0"), 0, 0)).isEqualTo(refusal);
  }

  @Test
  void a_virtual_host_must_be_utf_8() throws Exception {
    try (RawClient client = RawClient.loggedIn(broker)) {
      client.tune(RawClient.CHANNEL_MAX, RawClient.FRAME_MAX, Duration.ZERO);
      client.frame(RawClient.METHOD, 0, octets(0, 10, 0, 40, 1, 0xFF, 0, 0));

      assertThat(client.refusalDuring(10, 40))
          .isEqualTo(connection(501, "FRAME_ERROR - Malformed UTF-8 in shortstr"));
    }
  }

  @Test
  void a_text_among_the_properties_need_not_be_utf_8() throws Exception {
    String queue = queue();
    try (RawClient client = RawClient.withChannel(broker)) {
      // the message id
      client.sendPublish(1, queue);
      client.contentHeader(1, 60, 0, octets(0, 0x80, 2, 0xFF, 0xFE));
      awaitReady(queue, 1);
      client.send(1, new AMQP.Basic.Get.Builder().queue(queue).noAck(true).build());

      client.expect(AMQP.Basic.GetOk.class);
      assertThat(client.nextFrame().getPayload()).endsWith(0x80, 2, 0xFF, 0xFE).hasSize(12 + 5);
    }
  }

  @Test
  void properties_that_cannot_be_read_are_an_internal_error() throws Exception {
    // a text that is too short, a flag that there is not, a table that cannot be read
    assertThat(refusalOfProperties(octets(0x80, 0, 9, 'a')))
        .isEqualTo(connection(541, "INTERNAL_ERROR"));
    assertThat(refusalOfProperties(octets(0xFF, 0xFF)))
        .isEqualTo(connection(541, "INTERNAL_ERROR"));
    assertThat(refusalOfProperties(octets(0x20, 0, 0, 0, 0, 4, 1, 'k', 'Z', 0)))
        .isEqualTo(connection(541, "INTERNAL_ERROR"));
    assertThat(
            refusalOfProperties(
                with(octets(0x20, 0, 0, 0, 0, 11, 1, 'k'), new String(NAN, ISO_8859_1))))
        .isEqualTo(connection(541, "INTERNAL_ERROR"));
  }

  private Close refusalOfProperties(byte[] properties) throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendPublish(1, "nobody");
      client.contentHeader(1, 60, 0, properties);
      return client.refusalDuring(0, 0);
    }
  }

  @Test
  void what_cannot_be_read_is_refused_also_while_a_channel_is_closed() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendWrongAck(1);
      assertThat(client.channelClose())
          .isEqualTo(channel(406, "PRECONDITION_FAILED - unknown delivery tag 1"));
      client.frame(RawClient.METHOD, 1, with(ACK, "ab"));

      assertThat(client.refusalDuring(60, 80))
          .isEqualTo(connection(501, "FRAME_ERROR - cannot decode <<97,98>>"));
    }
  }

  private void expectEndAfter(int channel, byte[] method) throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.frame(RawClient.METHOD, channel, method);
      client.expectEnd();
    }
  }

  private Close refusalOf(byte[] method, int classId, int methodId) throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.frame(RawClient.METHOD, 1, method);
      return client.refusalDuring(classId, methodId);
    }
  }

  /** A queue.declare whose table has this content. */
  private byte[] declaring(byte[] fields) throws IOException {
    return declaring(name("q"), fields);
  }

  private static byte[] declaring(String queue, byte[] fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(octets(0, 50, 0, 10, 0, 0));
    out.writeByte(queue.length());
    out.write(queue.getBytes(ISO_8859_1));
    out.writeByte(0);
    out.writeInt(fields.length);
    out.write(fields);
    return bytes.toByteArray();
  }

  /** Octets, and behind them more that are written as characters. */
  private static byte[] with(byte[] first, String rest) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(first);
    bytes.writeBytes(rest.getBytes(ISO_8859_1));
    return bytes.toByteArray();
  }
}
