package io.pipeforce.broker.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes values as Erlang prints them, since RabbitMQ's error texts do. */
public final class ErlangTerm {
  private static final int SNIPPET = 16;

  /** Where Erlang breaks a line when it prints a term. */
  private static final int LINE = 80;

  private ErlangTerm() {}

  /** {@code <<"text">>} when every octet is printable, else {@code <<1,2,3>>}. */
  public static String binary(byte[] bytes) {
    if (bytes.length == 0) {
      return "<<>>";
    }
    if (IntStream.range(0, bytes.length).allMatch(i -> bytes[i] >= 32 && bytes[i] < 127)) {
      String text = new String(bytes, StandardCharsets.US_ASCII);
      return "<<\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\">>";
    }
    return octets(bytes);
  }

  /** {@code <<1,2,3>>} even when the octets are printable. */
  public static String octets(byte[] bytes) {
    return IntStream.range(0, bytes.length)
        .mapToObj(i -> Integer.toString(bytes[i] & 0xFF))
        .collect(Collectors.joining(",", "<<", ">>"));
  }

  /** A field's value as {@code ~p} prints it. */
  public static String value(Field field) {
    return switch (field) {
      case Field.LongString string -> binary(string.bytes());
      case Field.Binary binary -> binary(binary.bytes());
      case Field.Array(List<Field> values) ->
          values.stream()
              .map(value -> "{" + value.typeName() + "," + value(value) + "}")
              .collect(Collectors.joining(",", "[", "]"));
      case Field.Table(FieldTable table) ->
          table.fields().entrySet().stream()
              .map(entry ->
                  "{%s,%s,%s}"
                      .formatted(
                          binary(Text.encode(entry.getKey())),
                          entry.getValue().typeName(),
                          value(entry.getValue())))
              .collect(Collectors.joining(",", "[", "]"));
      case Field.Bool(boolean value) -> Boolean.toString(value);
      case Field.Float32(float value) -> Float.toString(value);
      case Field.Float64(double value) -> Double.toString(value);
      case Field.Decimal(int scale, long unscaled) -> "{" + scale + "," + unscaled + "}";
      case Field.Timestamp(long seconds) -> Long.toString(seconds);
      case Field.Nothing() -> "undefined";
      case Field.Int8(byte value) -> Byte.toString(value);
      case Field.Uint8(int value) -> Integer.toString(value);
      case Field.Int16(short value) -> Short.toString(value);
      case Field.Uint16(int value) -> Integer.toString(value);
      case Field.Int32(int value) -> Integer.toString(value);
      case Field.Uint32(long value) -> Long.toString(value);
      case Field.Int64(long value) -> Long.toString(value);
    };
  }

  /** A field's value with text as text: {@code ~ts} for binaries, {@code ~p} for the rest. */
  public static String plain(Field field) {
    return field instanceof Field.LongString string ? string.text() : value(field);
  }

  /**
   * A tuple of two that begins in this column: where a line gets too long, the second has its own.
   */
  static String pair(String first, long second, int column) {
    String term = "{%s,%d}".formatted(first, second);
    return column + term.length() < LINE
        ? term
        : "{%s,\n%s%d}".formatted(first, " ".repeat(column + 1), second);
  }

  /** A frame's type and the first of its octets. */
  static String frame(int type, byte[] payload) {
    return payload.length <= SNIPPET
        ? "type " + type + ", all octets = " + binary(payload)
        : "type " + type + ", first 16 octets = " + binary(Arrays.copyOf(payload, SNIPPET));
  }
}
