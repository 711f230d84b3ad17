package io.pipeforce.broker.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads AMQP's primitive types from a slice of bytes. Not thread-safe.
 *
 * <p>Whatever reaches beyond the slice is a {@link MalformedFrameException}.
 */
public final class WireReader {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** What stands for octets that are no UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private final byte[] bytes;
  private final int end;
  private int at;
  private boolean malformedText;

  public WireReader(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.at = from;
    this.end = from + length;
  }

  public WireReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public int remaining() {
    return end - at;
  }

  public int octet() {
    return bytes[take(1)] & 0xFF;
  }

  public int shortInt() {
    return (short) SHORT.get(bytes, take(2)) & 0xFFFF;
  }

  public int signedInt() {
    return (int) INT.get(bytes, take(4));
  }

  public long unsignedInt() {
    return signedInt() & 0xFFFF_FFFFL;
  }

  public long longLong() {
    return (long) LONG.get(bytes, take(8));
  }

  public String shortString() {
    int length = octet();
    return new String(bytes, take(length), length, StandardCharsets.UTF_8);
  }

  /** A short string that has to be UTF-8, as RabbitMQ demands of all but those of basic.publish. */
  String checkedString() {
    int from = at + 1;
    String text = shortString();
    malformedText |=
        text.indexOf(REPLACEMENT) >= 0
            && !Arrays.equals(
                text.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(bytes, from, at));
    return text;
  }

  /** Whether a string that was to be UTF-8 was not. */
  boolean hadMalformedText() {
    return malformedText;
  }

  public byte[] longString() {
    return bytes(length());
  }

  public String longText() {
    return new String(longString(), StandardCharsets.UTF_8);
  }

  public byte[] bytes(int length) {
    int from = take(length);
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  public byte[] rest() {
    return bytes(remaining());
  }

  /** A reader over the next bytes that a 32-bit length announces; this one goes on behind them. */
  WireReader slice() {
    int length = length();
    return new WireReader(bytes, take(length), length);
  }

  private int length() {
    int length = signedInt();
    if (length < 0 || length > remaining()) {
      throw new MalformedFrameException(
          "a length of " + (length & 0xFFFF_FFFFL) + " octets where " + remaining() + " are left");
    }
    return length;
  }

  private int take(int count) {
    int from = at;
    if (count > end - from) {
      throw new MalformedFrameException(
          count + " octets expected where " + (end - from) + " are left");
    }
    at = from + count;
    return from;
  }
}
