package io.pipeforce.broker.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream into frames. Not thread-safe.
 *
 * <p>Texts of errors are those of {@code rabbit_reader.erl}.
 */
public final class FrameReader {
  private static final int HEADER_SIZE = 7;
  private static final int METHOD_IDS = 4;

  /** Class, weight and size of the body. */
  private static final int CONTENT_IDS = 12;

  private static final int FIRST_BUFFER = 2 * 1024;

  /** A client that sends much at once is read in pieces of this size. */
  private static final int LARGE_BUFFER = 64 * 1024;

  /** RabbitMQ lets a client exceed the frame size by this much, since quite a few get it wrong. */
  private static final int FUDGE = Frame.OVERHEAD;

  private final InputStream in;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int from;
  private int to;
  private int frameMax;
  private boolean channelsAllowed = true;

  public FrameReader(InputStream in, int frameMax) {
    this.in = in;
    this.frameMax = frameMax;
  }

  /** The largest frame from now on, as negotiated. */
  public void frameMax(int octets) {
    frameMax = octets;
  }

  /** Whether frames may belong to a channel; during the handshake each one is unexpected. */
  public void allowChannels(boolean allowed) {
    channelsAllowed = allowed;
  }

  /** The eight octets with which a client begins. */
  public byte[] protocolHeader() throws IOException {
    need(8);
    byte[] header = Arrays.copyOfRange(buffer, from, from + 8);
    from += 8;
    return header;
  }

  /** Whether {@link #next} can answer from what has been read already. */
  public boolean hasNext() {
    int available = to - from;
    return available >= HEADER_SIZE && available > HEADER_SIZE + payloadSize();
  }

  /**
   * The next frame; waits for it.
   *
   * @throws EOFException when the stream ends
   * @throws AmqpException when the frame holds nonsense; the next one can be read all the same
   * @throws UnknownMethodException when it holds a method that there is not
   * @throws LostSyncException when only {@link #skipAll} is left
   */
  public Frame next() throws IOException {
    need(HEADER_SIZE);
    int type = buffer[from] & 0xFF;
    int channel = (buffer[from + 1] & 0xFF) << 8 | (buffer[from + 2] & 0xFF);
    long size = payloadSize();
    if (size > (long) frameMax - Frame.OVERHEAD + FUDGE) {
      throw new LostSyncException(
          ErlangTerm.frame(type, new byte[0])
              + ": {frame_too_large,%d,%d}".formatted(size, frameMax - Frame.OVERHEAD));
    }
    int length = (int) size;
    need(HEADER_SIZE + length + 1);
    int payload = from + HEADER_SIZE;
    int end = buffer[payload + length] & 0xFF;
    if (end != Frame.END) {
      byte[] octets = Arrays.copyOfRange(buffer, payload, payload + length);
      String frame = ErlangTerm.frame(type, octets) + ": ";
      throw new LostSyncException(
          frame + ErlangTerm.pair("invalid_frame_end_marker", end, frame.length()));
    }
    from += HEADER_SIZE + length + 1;
    return decode(type, channel, payload, length);
  }

  /** Reads until the stream ends, so that a last word to the peer is not lost to a reset. */
  public void skipAll() throws IOException {
    from = 0;
    to = 0;
    while (in.read(buffer) >= 0) {
      // Nothing that still comes matters.
    }
  }

  private Frame decode(int type, int channel, int payload, int length) {
    WireReader reader = new WireReader(buffer, payload, length);
    if (channel != 0 && !channelsAllowed) {
      throw unexpected(type, reader);
    }
    boolean known =
        switch (type) {
          case Frame.METHOD -> length >= METHOD_IDS;
          case Frame.HEADER -> length >= CONTENT_IDS;
          case Frame.BODY -> true;
          case Frame.HEARTBEAT -> length == 0;
          default -> false;
        };
    if (!known) {
      throw new AmqpException(
          ReplyCode.FRAME_ERROR, ErlangTerm.frame(type, reader.rest()) + ": unknown_frame");
    }
    boolean onItsChannel =
        switch (type) {
          case Frame.METHOD -> true;
          case Frame.HEARTBEAT -> channel == 0;
          default -> channel != 0;
        };
    if (!onItsChannel) {
      throw unexpected(type, reader);
    }
    return switch (type) {
      case Frame.METHOD -> new Frame.MethodFrame(channel, method(channel, payload, length));
      case Frame.HEADER ->
          new Frame.HeaderFrame(
              channel, reader.shortInt(), reader.shortInt(), reader.longLong(), reader.rest());
      case Frame.BODY -> new Frame.BodyFrame(channel, reader.rest());
      default -> new Frame.HeartbeatFrame();
    };
  }

  private static AmqpException unexpected(int type, WireReader payload) {
    return new AmqpException(ReplyCode.UNEXPECTED_FRAME, ErlangTerm.frame(type, payload.rest()));
  }

  private Method method(int channel, int payload, int length) {
    WireReader ids = new WireReader(buffer, payload, length);
    int classId = ids.shortInt();
    int methodId = ids.shortInt();
    try {
      WireReader in = new WireReader(buffer, payload, length);
      Method method = Method.read(in);
      // RabbitMQ does not look at those with content, which are many.
      if (in.malformedText() && !method.hasContent()) {
        throw new AmqpException(ReplyCode.FRAME_ERROR, "Malformed UTF-8 in shortstr");
      }
      return method;
    } catch (AmqpException e) {
      // Only what concerns the connection itself is put down to a method.
      throw channel == 0 ? new AmqpException(e.code(), e.explanation(), classId, methodId) : e;
    } catch (MalformedFrameException e) {
      if (channel == 0) {
        throw new AmqpException(ReplyCode.INTERNAL_ERROR, "");
      }
      if (e instanceof MalformedTableException) {
        throw new UnknownMethodException(String.valueOf(e.getMessage()));
      }
      byte[] octets = Arrays.copyOfRange(buffer, payload + METHOD_IDS, payload + length);
      throw new AmqpException(
          ReplyCode.FRAME_ERROR, "cannot decode " + ErlangTerm.octets(octets), classId, methodId);
    }
  }

  private long payloadSize() {
    return (buffer[from + 3] & 0xFFL) << 24
        | (buffer[from + 4] & 0xFFL) << 16
        | (buffer[from + 5] & 0xFFL) << 8
        | (buffer[from + 6] & 0xFFL);
  }

  private void need(int count) throws IOException {
    if (to - from >= count) {
      return;
    }
    System.arraycopy(buffer, from, buffer, 0, to - from);
    to -= from;
    from = 0;
    while (to < count) {
      if (to == buffer.length) {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
      int read = in.read(buffer, to, buffer.length - to);
      if (read < 0) {
        throw new EOFException();
      }
      to += read;
    }
    if (to == buffer.length && to < LARGE_BUFFER) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
  }
}
