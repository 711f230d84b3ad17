package io.pipeforce.chaos;

import java.util.ArrayList;
import java.util.List;

/**
 * Follows the frames of one direction of an AMQP 0-9-1 connection, so that a frame can be put in
 * between two others. Lowers the heartbeat that a broker suggests, so that silence is noticed soon.
 */
final class FrameWalk {
  private static final int HEADER = 7;
  private static final int METHOD = 1;

  /** Class and method: connection.tune and basic.consume. */
  private static final int TUNE = (10 << 16) | 30;

  private static final int CONSUME = (60 << 16) | 20;

  /** Where connection.tune has its heartbeat: after class, method, channel-max and frame-max. */
  private static final int HEARTBEAT = 10;

  private final int heartbeat;
  private final byte[] head = new byte[HEADER + HEARTBEAT + 2];
  private final List<Integer> consuming = new ArrayList<>();
  private int protocolHeader;
  private long position;
  private long end = HEADER;

  /**
   * @param fromClient whether the stream begins with the protocol header
   * @param heartbeat in seconds, for connection.tune
   */
  FrameWalk(boolean fromClient, int heartbeat) {
    this.protocolHeader = fromClient ? 8 : 0;
    this.heartbeat = heartbeat;
  }

  /** Looks at bytes that go by, and may change them. */
  void pass(byte[] bytes, int length) {
    int at = 0;
    while (at < length) {
      if (protocolHeader > 0) {
        protocolHeader--;
        at++;
      } else if (position < head.length && position < end) {
        head[(int) position] = bytes[at];
        bytes[at] = looked(bytes[at]);
        position++;
        at++;
        endOfFrame();
      } else {
        int skipped = (int) Math.min(length - at, end - position);
        position += skipped;
        at += skipped;
        endOfFrame();
      }
    }
  }

  private byte looked(byte value) {
    if (position == HEADER - 1) {
      end = HEADER + number(3, 4) + 1;
    }
    if (head[0] == METHOD && position >= HEADER + 4) {
      int method = (int) number(HEADER, 4);
      if (method == TUNE && position == HEADER + HEARTBEAT) {
        return 0;
      }
      if (method == TUNE && position == HEADER + HEARTBEAT + 1) {
        return (byte) heartbeat;
      }
      if (method == CONSUME && position == HEADER + 4) {
        int channel = (int) number(1, 2);
        if (!consuming.contains(channel)) {
          consuming.add(channel);
        }
      }
    }
    return value;
  }

  private void endOfFrame() {
    if (position == end && position > HEADER) {
      position = 0;
      end = HEADER;
    }
  }

  private long number(int from, int length) {
    long value = 0;
    for (int i = from; i < from + length; i++) {
      value = (value << 8) | (head[i] & 0xFF);
    }
    return value;
  }

  /** Whether the last byte that went by was the last one of a frame. */
  boolean betweenFrames() {
    return protocolHeader == 0 && position == 0;
  }

  /** The channels on which a consumer was started. */
  List<Integer> consuming() {
    return List.copyOf(consuming);
  }

  /** A basic.ack of a delivery that never was: the broker closes the channel (406). */
  static byte[] wrongAck(int channel) {
    byte[] payload = {0, 60, 0, 80, 0, 0, 0, 0, 0x7F, 0, 0, 1, 0};
    byte[] frame = new byte[HEADER + payload.length + 1];
    frame[0] = METHOD;
    frame[1] = (byte) (channel >> 8);
    frame[2] = (byte) channel;
    frame[6] = (byte) payload.length;
    System.arraycopy(payload, 0, frame, HEADER, payload.length);
    frame[frame.length - 1] = (byte) 0xCE;
    return frame;
  }
}
