package io.pipeforce.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class FramesTest {
  private static final int FRAME_MAX = 4096;

  /** Gives one octet at a time, as a slow network may. */
  private static InputStream trickle(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int from, int length) {
        return super.read(target, from, Math.min(1, length));
      }
    };
  }

  private static byte[] message(byte[] body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FrameWriter frames = new FrameWriter(out, FRAME_MAX);
    frames.content(
        3, new BasicMethod.Publish("x", "k", true, false), BasicProperties.NONE.encode(), body);
    frames.heartbeat();
    frames.flush();
    return out.toByteArray();
  }

  private static byte[] numbers(int length) {
    byte[] body = new byte[length];
    for (int i = 0; i < length; i++) {
      body[i] = (byte) (i % 251);
    }
    return body;
  }

  @Test
  void a_body_is_cut_into_frames_that_are_full_but_not_too_full() throws IOException {
    byte[] body = numbers(10_000);
    FrameReader in = new FrameReader(trickle(message(body)), FRAME_MAX);

    assertThat(in.next())
        .isEqualTo(new Frame.MethodFrame(3, new BasicMethod.Publish("x", "k", true, false)));
    Frame.HeaderFrame header = (Frame.HeaderFrame) in.next();
    assertThat(header.bodySize()).isEqualTo(10_000);
    assertThat(header.classId()).isEqualTo(60);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    while (received.size() < 10_000) {
      byte[] payload = ((Frame.BodyFrame) in.next()).payload();
      assertThat(payload.length).isLessThanOrEqualTo(FRAME_MAX - Frame.OVERHEAD);
      received.write(payload);
    }
    assertThat(received.toByteArray()).isEqualTo(body);
    assertThat(in.next()).isEqualTo(new Frame.HeartbeatFrame());
    assertThatThrownBy(in::next).isInstanceOf(EOFException.class);
  }

  @Test
  void large_bodies_are_written_whole_too() throws IOException {
    byte[] body = numbers(300_000);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FrameWriter frames = new FrameWriter(out, 131_072);
    frames.content(
        1, new BasicMethod.Publish("", "q", false, false), BasicProperties.NONE.encode(), body);
    frames.flush();
    FrameReader in = new FrameReader(new ByteArrayInputStream(out.toByteArray()), 131_072);
    in.next();
    in.next();
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    while (received.size() < body.length) {
      received.write(((Frame.BodyFrame) in.next()).payload());
    }

    assertThat(received.toByteArray()).isEqualTo(body);
  }

  @Test
  void it_knows_what_it_has_read_already() throws IOException {
    byte[] bytes = message(new byte[0]);
    FrameReader in = new FrameReader(new ByteArrayInputStream(bytes), FRAME_MAX);

    assertThat(in.hasNext()).isFalse();
    in.next();
    assertThat(in.hasNext()).isTrue();
    in.next();
    in.next();
    assertThat(in.hasNext()).isFalse();
  }

  @Test
  void a_payload_as_large_as_a_whole_frame_is_let_pass() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {3, 0, 1, 0, 0, 0x10, 0});
    out.write(new byte[4096]);
    out.write(Frame.END);
    FrameReader in = new FrameReader(new ByteArrayInputStream(out.toByteArray()), FRAME_MAX);

    assertThat(((Frame.BodyFrame) in.next()).payload()).hasSize(4096);

    byte[] oneMore = {3, 0, 1, 0, 0, 0x10, 1};
    FrameReader refusing = new FrameReader(new ByteArrayInputStream(oneMore), FRAME_MAX);
    assertThatThrownBy(refusing::next).isInstanceOf(LostSyncException.class);
  }

  @Test
  void a_reply_text_is_cut_to_what_a_short_string_holds() {
    String text = new AmqpException(ReplyCode.NOT_FOUND, "ü".repeat(200)).replyText();

    assertThat(text).startsWith("NOT_FOUND - ü").endsWith("...");
    assertThat(text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(255)
        .isGreaterThan(250);
  }
}
