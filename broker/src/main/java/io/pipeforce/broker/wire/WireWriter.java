package io.pipeforce.broker.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes AMQP's primitive types into a buffer that grows. Not thread-safe. */
public final class WireWriter {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes;
  private int size;

  public WireWriter(int capacity) {
    bytes = new byte[capacity];
  }

  public int size() {
    return size;
  }

  public void octet(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  /** Up to eight bits packed into one octet, the first one lowest. */
  public void bits(boolean... bits) {
    int packed = 0;
    for (int i = 0; i < bits.length; i++) {
      if (bits[i]) {
        packed |= 1 << i;
      }
    }
    octet(packed);
  }

  public void shortInt(int value) {
    room(2);
    SHORT.set(bytes, size, (short) value);
    size += 2;
  }

  public void longInt(long value) {
    room(4);
    INT.set(bytes, size, (int) value);
    size += 4;
  }

  public void longLong(long value) {
    room(8);
    LONG.set(bytes, size, value);
    size += 8;
  }

  public void shortString(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > 255) {
      throw new IllegalArgumentException(
          "a short string holds 255 octets, was: " + utf8.length + " (" + value + ")");
    }
    octet(utf8.length);
    bytes(utf8, 0, utf8.length);
  }

  public void longString(byte[] value) {
    longInt(value.length);
    bytes(value, 0, value.length);
  }

  public void longText(String value) {
    longString(value.getBytes(StandardCharsets.UTF_8));
  }

  public void bytes(byte[] value, int from, int length) {
    room(length);
    System.arraycopy(value, from, bytes, size, length);
    size += length;
  }

  /** Leaves room for a 32-bit length and answers where it is, for {@link #closeLength}. */
  int openLength() {
    longInt(0);
    return size;
  }

  void closeLength(int opened) {
    INT.set(bytes, opened - 4, size - opened);
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** Writes everything to the stream and starts again from empty. */
  public void drainTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
    size = 0;
  }

  private void room(int count) {
    if (size + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + count));
    }
  }
}
