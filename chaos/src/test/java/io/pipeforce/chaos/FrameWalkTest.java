package io.pipeforce.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWalkTest {
  private static byte[] frame(int type, int channel, byte[] payload) {
    return ByteBuffer.allocate(8 + payload.length)
        .put((byte) type)
        .putShort((short) channel)
        .putInt(payload.length)
        .put(payload)
        .put((byte) 0xCE)
        .array();
  }

  private static byte[] tune(int heartbeat) {
    byte[] payload =
        ByteBuffer.allocate(12)
            .putShort((short) 10)
            .putShort((short) 30)
            .putShort((short) 2047)
            .putInt(131_072)
            .putShort((short) heartbeat)
            .array();
    return frame(1, 0, payload);
  }

  private static byte[] consume(int channel) {
    return frame(1, channel, new byte[] {0, 60, 0, 20, 0, 0, 1, 'q', 0, 0, 0, 0, 0, 0});
  }

  /** Passes all in pieces of this size. */
  private static byte[] passed(FrameWalk walk, byte[] bytes, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += size) {
      byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size));
      walk.pass(piece, piece.length);
      out.writeBytes(piece);
    }
    return out.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 13, 1000})
  void the_heartbeat_is_lowered_and_nothing_else_changes(int size) {
    byte[] other = frame(1, 0, new byte[] {0, 10, 0, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    byte[] body = frame(3, 1, new byte[500]);
    FrameWalk walk = new FrameWalk(false, 4);

    byte[] result = passed(walk, joined(other, tune(60), body), size);

    assertThat(result).isEqualTo(joined(other, tune(4), body));
    assertThat(walk.betweenFrames()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 13, 1000})
  void the_channels_that_consume_are_found(int size) {
    FrameWalk walk = new FrameWalk(true, 4);
    byte[] stream =
        joined(
            new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1},
            consume(3),
            frame(3, 5, new byte[77]),
            frame(8, 0, new byte[0]),
            consume(300));

    assertThat(passed(walk, stream, size)).isEqualTo(stream);

    assertThat(walk.consuming()).containsExactly(3, 300);
    assertThat(walk.betweenFrames()).isTrue();
    byte[] half = Arrays.copyOf(consume(4), 9);
    walk.pass(half, half.length);
    assertThat(walk.betweenFrames()).isFalse();
  }
}
