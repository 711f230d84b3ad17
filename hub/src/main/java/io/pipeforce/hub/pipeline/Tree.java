package io.pipeforce.hub.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A text that has been read, with the places of its parts. */
sealed interface Tree {
  Location at();

  /** A string, number, boolean, or nothing. */
  record Scalar(Location at, @Nullable Object value) implements Tree {}

  record Items(Location at, List<Tree> items) implements Tree {
    public Items {
      items = List.copyOf(items);
    }
  }

  /** In the order of the text. */
  record Fields(Location at, List<Field> fields) implements Tree {
    public Fields {
      fields = List.copyOf(fields);
    }
  }

  /**
   * @param at where the name is
   */
  record Field(Location at, String name, Tree value) {}

  /** What it is in a message. */
  default String kind() {
    return switch (this) {
      case Items _ -> "a list";
      case Fields _ -> "a map";
      case Scalar(_, Object value) when value == null -> "nothing";
      case Scalar(_, Object value) ->
          value instanceof String text ? "'" + text + "'" : String.valueOf(value);
    };
  }

  /** Without the places: maps, lists, and what scalars hold. */
  default @Nullable Object plain() {
    return switch (this) {
      case Scalar scalar -> scalar.value();
      case Items list -> {
        List<@Nullable Object> plain = new ArrayList<>();
        list.items().forEach(item -> plain.add(item.plain()));
        yield plain;
      }
      case Fields map -> {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        map.fields().forEach(field -> plain.put(field.name(), field.value().plain()));
        yield plain;
      }
    };
  }
}
