package io.pipeforce.broker.wire;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Puts frames on a stream, many of them in one write. Not thread-safe.
 *
 * <p>Nothing reaches the stream for certain before {@link #flush}.
 */
public final class FrameWriter {
  private static final int BATCH = 64 * 1024;

  /** A body at least this long is worth a write of its own instead of a copy. */
  private static final int LARGE = 32 * 1024;

  private final OutputStream out;
  private final WireWriter buffer = new WireWriter(512);
  private int frameMax;

  public FrameWriter(OutputStream out, int frameMax) {
    this.out = out;
    this.frameMax = frameMax;
  }

  /** The largest frame from now on, as negotiated. */
  public void frameMax(int octets) {
    frameMax = octets;
  }

  public void method(int channel, Method method) throws IOException {
    int length = open(Frame.METHOD, channel);
    buffer.shortInt(method.classId());
    buffer.shortInt(method.methodId());
    method.write(buffer);
    close(length);
    if (buffer.size() >= BATCH) {
      flush();
    }
  }

  /** A method with its content header and as many body frames as it takes. */
  public void content(int channel, Method method, byte[] properties, byte[] body)
      throws IOException {
    method(channel, method);
    int length = open(Frame.HEADER, channel);
    buffer.shortInt(method.classId());
    buffer.shortInt(0);
    buffer.longLong(body.length);
    buffer.bytes(properties, 0, properties.length);
    close(length);
    int most = frameMax - Frame.OVERHEAD;
    for (int at = 0; at < body.length; at += most) {
      body(channel, body, at, Math.min(most, body.length - at));
    }
    if (buffer.size() >= BATCH) {
      flush();
    }
  }

  public void heartbeat() throws IOException {
    close(open(Frame.HEARTBEAT, 0));
  }

  public void flush() throws IOException {
    buffer.drainTo(out);
    out.flush();
  }

  private void body(int channel, byte[] body, int from, int size) throws IOException {
    buffer.octet(Frame.BODY);
    buffer.shortInt(channel);
    buffer.longInt(size);
    if (size >= LARGE) {
      buffer.drainTo(out);
      out.write(body, from, size);
    } else {
      buffer.bytes(body, from, size);
    }
    buffer.octet(Frame.END);
  }

  private int open(int type, int channel) {
    buffer.octet(type);
    buffer.shortInt(channel);
    return buffer.openLength();
  }

  private void close(int length) {
    buffer.closeLength(length);
    buffer.octet(Frame.END);
  }
}
