package io.pipeforce.broker.management;

import io.pipeforce.broker.wire.ErlangTerm;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Text;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Field tables as JSON and back. */
final class FieldJson {
  private FieldJson() {}

  static Map<String, @Nullable Object> toJson(FieldTable table) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    table.fields().forEach((name, value) -> json.put(Text.printable(name), toJson(value)));
    return json;
  }

  private static @Nullable Object toJson(Field field) {
    return switch (field) {
      case Field.Bool(boolean value) -> value;
      case Field.Float32(float value) -> value;
      case Field.Float64(double value) -> value;
      case Field.Timestamp(long seconds) -> seconds;
      case Field.LongString string -> Text.printable(string.text());
      case Field.Binary binary -> Base64.getEncoder().encodeToString(binary.bytes());
      case Field.Array(List<Field> values) -> array(values);
      case Field.Table(FieldTable value) -> toJson(value);
      case Field.Nothing() -> null;
      case Field.Decimal decimal -> ErlangTerm.value(decimal);
      case Field.Int8 _,
          Field.Uint8 _,
          Field.Int16 _,
          Field.Uint16 _,
          Field.Int32 _,
          Field.Uint32 _,
          Field.Int64 _ ->
          FieldTable.integer(field).orElseThrow();
    };
  }

  private static List<@Nullable Object> array(List<Field> values) {
    List<@Nullable Object> json = new ArrayList<>();
    values.forEach(value -> json.add(toJson(value)));
    return json;
  }

  /** An absent table is an empty one. */
  static FieldTable table(@Nullable JsonNode json) {
    Map<String, Field> fields = new LinkedHashMap<>();
    // Erlang cannot tell an empty list from an empty table.
    if (json != null && !(json.isArray() && json.isEmpty())) {
      json.properties().forEach(entry -> fields.put(entry.getKey(), field(entry.getValue())));
    }
    return new FieldTable(fields);
  }

  /**
   * A flag, absent for no; RabbitMQ takes it as a text too.
   *
   * @throws Refusal when it is something else
   */
  static boolean isTrue(JsonNode json, String name) {
    JsonNode flag = json.path(name);
    return switch (flag.asString("false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new Refusal(List.of("not_boolean", flag.asString("")));
    };
  }

  private static Field field(JsonNode json) {
    if (json.isString()) {
      return new Field.LongString(json.stringValue());
    }
    if (json.isBoolean()) {
      return new Field.Bool(json.booleanValue());
    }
    if (json.isIntegralNumber()) {
      return new Field.Int64(json.longValue());
    }
    if (json.isNumber()) {
      return new Field.Float64(json.doubleValue());
    }
    if (json.isArray()) {
      return new Field.Array(json.valueStream().map(FieldJson::field).toList());
    }
    return json.isObject() ? new Field.Table(table(json)) : new Field.Nothing();
  }
}
