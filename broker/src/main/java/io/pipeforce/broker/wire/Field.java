package io.pipeforce.broker.wire;

import java.util.Arrays;
import java.util.List;

/**
 * A value in a field table, with the type it has on the wire: RabbitMQ's flavour of the types, as
 * its errata to AMQP 0-9-1 list them.
 */
public sealed interface Field {
  record Bool(boolean value) implements Field {}

  record Int8(byte value) implements Field {}

  record Uint8(int value) implements Field {}

  record Int16(short value) implements Field {}

  record Uint16(int value) implements Field {}

  record Int32(int value) implements Field {}

  record Uint32(long value) implements Field {}

  record Int64(long value) implements Field {}

  record Float32(float value) implements Field {}

  record Float64(double value) implements Field {}

  record Decimal(int scale, long unscaled) implements Field {}

  /** Seconds since 1970. */
  record Timestamp(long seconds) implements Field {}

  record Array(List<Field> values) implements Field {
    public Array {
      values = List.copyOf(values);
    }
  }

  record Table(FieldTable value) implements Field {}

  record Nothing() implements Field {}

  /** Text in most cases, but any octets are allowed. */
  final class LongString implements Field {
    private final byte[] value;

    public LongString(byte[] value) {
      this.value = value;
    }

    public LongString(String value) {
      this(Text.encode(value));
    }

    byte[] bytes() {
      return value;
    }

    public String text() {
      return Text.decode(value);
    }

    int length() {
      return value.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof LongString that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "LongString[" + text() + "]";
    }
  }

  /** RabbitMQ's type {@code x}: octets that are not text. */
  final class Binary implements Field {
    private final byte[] value;

    public Binary(byte[] value) {
      this.value = value;
    }

    public byte[] bytes() {
      return value.clone();
    }

    int length() {
      return value.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Binary that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "Binary[" + value.length + " octets]";
    }
  }

  /** The type's name as RabbitMQ's error texts write it. */
  default String typeName() {
    return switch (this) {
      case Bool _ -> "bool";
      case Int8 _ -> "byte";
      case Uint8 _ -> "unsignedbyte";
      case Int16 _ -> "short";
      case Uint16 _ -> "unsignedshort";
      case Int32 _ -> "signedint";
      case Uint32 _ -> "unsignedint";
      case Int64 _ -> "long";
      case Float32 _ -> "float";
      case Float64 _ -> "double";
      case Decimal _ -> "decimal";
      case Timestamp _ -> "timestamp";
      case Array _ -> "array";
      case Table _ -> "table";
      case Nothing _ -> "void";
      case LongString _ -> "longstr";
      case Binary _ -> "binary";
    };
  }
}
