package io.pipeforce.broker.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A long string argument that holds octets, such as a SASL response. Never printed. */
public final class LongBytes {
  private final byte[] value;

  public LongBytes(byte[] value) {
    this.value = value;
  }

  public byte[] bytes() {
    return value;
  }

  public String text() {
    return new String(value, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LongBytes that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return value.length + " octets";
  }
}
