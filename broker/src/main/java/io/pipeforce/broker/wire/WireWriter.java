package io.pipeforce.broker.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
    if (ascii(value)) {
      return;
    }
    byte[] octets = Text.encode(value);
    if (octets.length > 255) {
      throw new IllegalArgumentException(
          "a short string holds 255 octets, was: " + octets.length + " (" + value + ")");
    }
    octet(octets.length);
    bytes(octets, 0, octets.length);
  }

  /** What most of them are, without a detour. */
  private boolean ascii(String value) {
    int length = value.length();
    if (length > 255) {
      return false;
    }
    room(1 + length);
    for (int i = 0; i < length; i++) {
      char letter = value.charAt(i);
      if (letter >= 0x80) {
        return false;
      }
      bytes[size + 1 + i] = (byte) letter;
    }
    bytes[size] = (byte) length;
    size += 1 + length;
    return true;
  }

  public void longString(byte[] value) {
    longInt(value.length);
    bytes(value, 0, value.length);
  }

  public void longText(String value) {
    longString(Text.encode(value));
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
