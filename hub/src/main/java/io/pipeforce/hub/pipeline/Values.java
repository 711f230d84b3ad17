package io.pipeforce.hub.pipeline;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The values that go through a pipeline: texts, numbers, booleans, lists, maps, octets, null. */
public final class Values {
  private Values() {}

  /** As a text: JSON unless it is one already; nothing for null. */
  public static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case String text -> text;
      case Number number -> number.toString();
      case Boolean bool -> bool.toString();
      default -> JsonMapper.shared().writeValueAsString(value);
    };
  }

  /** Whether a condition holds: not for false, null, nothing, and numbers below zero. */
  public static boolean holds(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean bool -> bool;
      case Number number -> number.doubleValue() >= 0;
      case String text ->
          !text.isBlank() && !text.strip().equalsIgnoreCase("false") && !isNegative(text.strip());
      case Collection<?> collection -> !collection.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  private static boolean isNegative(String text) {
    return text.matches("-\\d{1,18}(\\.\\d{1,18})?");
  }
}
