package io.pipeforce.broker.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Named field values in the order in which they came. */
public record FieldTable(Map<String, Field> fields) {
  private static final int TABLE = 120;

  /** A map's entry and the name that is its key. */
  private static final int ENTRY = 100;

  private static final int VALUE = 24;
  private static final int REFERENCE = 4;

  public static final FieldTable EMPTY = new FieldTable(Map.of());

  public FieldTable {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** Reads a table that has no length before it, as SASL's AMQPLAIN sends. */
  public static FieldTable decode(byte[] bytes) {
    return FieldCodec.readFields(new WireReader(bytes), 0);
  }

  /** Reads a table with its length before it. */
  public static FieldTable readFrom(WireReader in) {
    return FieldCodec.readTable(in);
  }

  public void writeTo(WireWriter out) {
    FieldCodec.writeTable(out, this);
  }

  public @Nullable Field get(String name) {
    return fields.get(name);
  }

  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** The text of a long string; empty when there is no such field or it has another type. */
  public Optional<String> text(String name) {
    return get(name) instanceof Field.LongString string
        ? Optional.of(string.text())
        : Optional.empty();
  }

  /** The value of a field of any integer type. */
  public OptionalLong integer(String name) {
    return integer(get(name));
  }

  public boolean isTrue(String name) {
    return get(name) instanceof Field.Bool(boolean value) && value;
  }

  public Optional<FieldTable> table(String name) {
    return get(name) instanceof Field.Table(FieldTable value)
        ? Optional.of(value)
        : Optional.empty();
  }

  public FieldTable with(String name, Field value) {
    Map<String, Field> copy = new LinkedHashMap<>(fields);
    copy.put(name, value);
    return new FieldTable(copy);
  }

  public FieldTable without(String name) {
    Map<String, Field> copy = new LinkedHashMap<>(fields);
    copy.remove(name);
    return new FieldTable(copy);
  }

  /** In the order of their names, as RabbitMQ 4 passes headers on. */
  public FieldTable inOrder() {
    return isInOrder() ? this : new FieldTable(new TreeMap<>(fields));
  }

  public boolean isInOrder() {
    String before = "";
    for (String name : fields.keySet()) {
      if (name.compareTo(before) < 0) {
        return false;
      }
      before = name;
    }
    return true;
  }

  /** About how many octets it takes on the heap. */
  public int weight() {
    int weight = TABLE;
    for (Map.Entry<String, Field> field : fields.entrySet()) {
      weight += ENTRY + field.getKey().length() + weight(field.getValue());
    }
    return weight;
  }

  private static int weight(Field field) {
    return switch (field) {
      case Field.LongString string -> VALUE + string.length();
      case Field.Binary binary -> VALUE + binary.length();
      case Field.Table(FieldTable table) -> table.weight();
      case Field.Array(List<Field> values) -> {
        int weight = VALUE;
        for (Field value : values) {
          weight += REFERENCE + weight(value);
        }
        yield weight;
      }
      default -> VALUE;
    };
  }

  public static OptionalLong integer(@Nullable Field field) {
    return switch (field) {
      case Field.Int8(byte value) -> OptionalLong.of(value);
      case Field.Uint8(int value) -> OptionalLong.of(value);
      case Field.Int16(short value) -> OptionalLong.of(value);
      case Field.Uint16(int value) -> OptionalLong.of(value);
      case Field.Int32(int value) -> OptionalLong.of(value);
      case Field.Uint32(long value) -> OptionalLong.of(value);
      case Field.Int64(long value) -> OptionalLong.of(value);
      case null, default -> OptionalLong.empty();
    };
  }
}
