package io.pipeforce.hub.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a pipeline whose expressions have been parsed, and wait for their names. */
sealed interface Prepared {
  record Constant(@Nullable Object value) implements Prepared {}

  record Templated(Template template) implements Prepared {}

  record ListOf(List<Prepared> items) implements Prepared {}

  record MapOf(Map<String, Prepared> fields) implements Prepared {}

  /**
   * @throws IllegalArgumentException when an expression cannot be evaluated
   */
  default @Nullable Object evaluate(Map<String, @Nullable Object> names) {
    return switch (this) {
      case Constant(Object value) -> value;
      case Templated(Template template) -> template.evaluate(names);
      case ListOf(List<Prepared> items) -> {
        List<@Nullable Object> values = new ArrayList<>();
        items.forEach(item -> values.add(item.evaluate(names)));
        yield values;
      }
      case MapOf(Map<String, Prepared> fields) -> {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        fields.forEach((name, field) -> values.put(name, field.evaluate(names)));
        yield values;
      }
    };
  }
}
