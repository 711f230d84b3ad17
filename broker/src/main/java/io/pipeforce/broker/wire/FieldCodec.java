package io.pipeforce.broker.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Field tables to bytes and back; the letters are those of RabbitMQ's errata. */
final class FieldCodec {
  /** Deep enough for any honest table, shallow enough for the stack of a thread. */
  private static final int DEEPEST = 100;

  private FieldCodec() {}

  static FieldTable readTable(WireReader in) {
    return readTable(in, 0);
  }

  private static FieldTable readTable(WireReader in, int depth) {
    return readFields(in.slice(), depth);
  }

  static FieldTable readFields(WireReader slice, int depth) {
    if (slice.remaining() == 0) {
      return FieldTable.EMPTY;
    }
    Map<String, Field> fields = new LinkedHashMap<>();
    try {
      while (slice.remaining() > 0) {
        String name = slice.shortString();
        fields.putIfAbsent(name, readField(slice, depth));
      }
    } catch (MalformedTableException | TooDeepException e) {
      throw e;
    } catch (MalformedFrameException e) {
      throw new MalformedTableException(String.valueOf(e.getMessage()));
    }
    return new FieldTable(fields);
  }

  /** Erlang has neither infinity nor what is no number. */
  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new MalformedTableException("a field of value " + value);
    }
    return value;
  }

  private static Field readField(WireReader in, int depth) {
    if (depth > DEEPEST) {
      throw new TooDeepException("tables nested deeper than " + DEEPEST);
    }
    int type = in.octet();
    return switch (type) {
      case 't' -> new Field.Bool(in.octet() != 0);
      case 'b' -> new Field.Int8((byte) in.octet());
      case 'B' -> new Field.Uint8(in.octet());
      case 's' -> new Field.Int16((short) in.shortInt());
      case 'u' -> new Field.Uint16(in.shortInt());
      case 'I' -> new Field.Int32(in.signedInt());
      case 'i' -> new Field.Uint32(in.unsignedInt());
      case 'l', 'L' -> new Field.Int64(in.longLong());
      case 'f' -> new Field.Float32((float) finite(Float.intBitsToFloat(in.signedInt())));
      case 'd' -> new Field.Float64(finite(Double.longBitsToDouble(in.longLong())));
      case 'D' -> new Field.Decimal(in.octet(), in.unsignedInt());
      case 'T' -> new Field.Timestamp(in.longLong());
      case 'S' -> new Field.LongString(in.longString());
      case 'x' -> new Field.Binary(in.longString());
      case 'A' -> readArray(in, depth + 1);
      case 'F' -> new Field.Table(readTable(in, depth + 1));
      case 'V' -> new Field.Nothing();
      default -> throw new MalformedFrameException("a field of unknown type " + type);
    };
  }

  private static Field.Array readArray(WireReader in, int depth) {
    WireReader slice = in.slice();
    List<Field> values = new ArrayList<>();
    while (slice.remaining() > 0) {
      values.add(readField(slice, depth));
    }
    return new Field.Array(values);
  }

  static void writeTable(WireWriter out, FieldTable table) {
    int length = out.openLength();
    table
        .fields()
        .forEach((name, value) -> {
          out.shortString(name);
          writeField(out, value);
        });
    out.closeLength(length);
  }

  private static void writeField(WireWriter out, Field field) {
    switch (field) {
      case Field.Bool(boolean value) -> {
        out.octet('t');
        out.octet(value ? 1 : 0);
      }
      case Field.Int8(byte value) -> {
        out.octet('b');
        out.octet(value);
      }
      case Field.Uint8(int value) -> {
        out.octet('B');
        out.octet(value);
      }
      case Field.Int16(short value) -> {
        out.octet('s');
        out.shortInt(value);
      }
      case Field.Uint16(int value) -> {
        out.octet('u');
        out.shortInt(value);
      }
      case Field.Int32(int value) -> {
        out.octet('I');
        out.longInt(value);
      }
      case Field.Uint32(long value) -> {
        out.octet('i');
        out.longInt(value);
      }
      case Field.Int64(long value) -> {
        out.octet('l');
        out.longLong(value);
      }
      case Field.Float32(float value) -> {
        out.octet('f');
        out.longInt(Float.floatToRawIntBits(value));
      }
      case Field.Float64(double value) -> {
        out.octet('d');
        out.longLong(Double.doubleToRawLongBits(value));
      }
      case Field.Decimal(int scale, long unscaled) -> {
        out.octet('D');
        out.octet(scale);
        out.longInt(unscaled);
      }
      case Field.Timestamp(long seconds) -> {
        out.octet('T');
        out.longLong(seconds);
      }
      case Field.LongString string -> {
        out.octet('S');
        out.longString(string.bytes());
      }
      case Field.Binary binary -> {
        out.octet('x');
        out.longString(binary.bytes());
      }
      case Field.Array(List<Field> values) -> {
        out.octet('A');
        int length = out.openLength();
        values.forEach(value -> writeField(out, value));
        out.closeLength(length);
      }
      case Field.Table(FieldTable value) -> {
        out.octet('F');
        writeTable(out, value);
      }
      case Field.Nothing() -> out.octet('V');
    }
  }
}
