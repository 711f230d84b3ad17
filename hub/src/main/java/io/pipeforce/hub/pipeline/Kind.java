package io.pipeforce.hub.pipeline;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a parameter can be. */
public sealed interface Kind {
  record Text() implements Kind {}

  record WholeNumber(long least, long most) implements Kind {}

  record YesOrNo() implements Kind {}

  record Time() implements Kind {}

  /**
   * @param constants of an enum, whose {@code toString} is what people type
   */
  record Choice(List<?> constants) implements Kind {}

  /** A single text counts as a list of one. */
  record Texts() implements Kind {}

  record TextMap() implements Kind {}

  /** A map of anything. */
  record Fields() implements Kind {}

  record Anything() implements Kind {}

  /** Steps of a pipeline. */
  record Nested() implements Kind {}

  Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)?");

  /**
   * @throws IllegalArgumentException when a parameter cannot be of this type
   */
  static Kind of(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      if (parameterized.getRawType() == List.class) {
        return new Texts();
      }
      return parameterized.getActualTypeArguments()[1] == String.class
          ? new TextMap()
          : new Fields();
    }
    if (type == String.class) {
      return new Text();
    } else if (type == int.class || type == Integer.class) {
      return new WholeNumber(Integer.MIN_VALUE, Integer.MAX_VALUE);
    } else if (type == long.class || type == Long.class) {
      return new WholeNumber(Long.MIN_VALUE, Long.MAX_VALUE);
    } else if (type == boolean.class || type == Boolean.class) {
      return new YesOrNo();
    } else if (type == Duration.class) {
      return new Time();
    } else if (type == Object.class || type == Given.class) {
      return new Anything();
    } else if (type == Steps.class) {
      return new Nested();
    } else if (type instanceof Class<?> of && of.isEnum()) {
      return new Choice(Arrays.asList(of.getEnumConstants()));
    }
    throw new IllegalArgumentException("a parameter cannot be a " + type.getTypeName());
  }

  /** For people: a text, a number … */
  default String described() {
    return switch (this) {
      case Text _ -> "a text";
      case WholeNumber _ -> "a whole number";
      case YesOrNo _ -> "true or false";
      case Time _ -> "a time like 500ms, 10s, 5m, 1h";
      case Choice(List<?> constants) ->
          "one of " + String.join(", ", constants.stream().map(Object::toString).toList());
      case Texts _ -> "a list of texts";
      case TextMap _ -> "a map";
      case Fields _ -> "a map";
      case Anything _ -> "anything";
      case Nested _ -> "a list of steps";
    };
  }

  /**
   * Makes of a value what a command gets.
   *
   * @throws IllegalArgumentException when it cannot be; the message goes on after the parameter's
   *     name
   */
  default Object convert(Object value) {
    return switch (this) {
      case Text _ -> text(value);
      case WholeNumber(long least, long most) -> whole(value, least, most);
      case YesOrNo _ -> yesOrNo(value);
      case Time _ -> time(value);
      case Choice(List<?> constants) ->
          constants.stream()
              .filter(each -> each.toString().equalsIgnoreCase(String.valueOf(value)))
              .findFirst()
              .map(Object.class::cast)
              .orElseThrow(() -> expected(value));
      case Texts _ -> texts(value);
      case TextMap _ -> textMap(value);
      case Fields _ -> fields(value);
      case Anything _ -> value;
      case Nested _ -> {
        if (!(value instanceof Steps)) {
          throw expected(value);
        }
        yield value;
      }
    };
  }

  private IllegalArgumentException expected(Object value) {
    return new IllegalArgumentException("must be " + described() + ", was: " + Values.text(value));
  }

  private String text(Object value) {
    if (value instanceof Map || value instanceof Collection) {
      throw expected(value);
    }
    return Values.text(value);
  }

  private Number whole(Object value, long least, long most) {
    try {
      long number = new BigDecimal(Values.text(value).strip()).longValueExact();
      if (number < least || number > most) {
        throw expected(value);
      }
      // As the component of the record has it.
      return most == Integer.MAX_VALUE ? (Number) Math.toIntExact(number) : number;
    } catch (NumberFormatException e) {
      throw expected(value);
    } catch (ArithmeticException e) {
      throw expected(value);
    }
  }

  private Boolean yesOrNo(Object value) {
    return switch (Values.text(value).strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw expected(value);
    };
  }

  /** A number without a unit is in seconds. */
  private Duration time(Object value) {
    Matcher matcher = DURATION.matcher(Values.text(value).strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw expected(value);
    }
    long count = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2);
    return switch (unit == null ? "s" : unit) {
      case "ms" -> Duration.ofMillis(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      case "d" -> Duration.ofDays(count);
      default -> Duration.ofSeconds(count);
    };
  }

  private List<String> texts(Object value) {
    if (!(value instanceof Collection<?> collection)) {
      return List.of(text(value));
    }
    List<String> texts = new ArrayList<>();
    collection.forEach(each -> texts.add(text(each)));
    return List.copyOf(texts);
  }

  private Map<String, @Nullable Object> fields(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw expected(value);
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((name, each) -> fields.put(String.valueOf(name), each));
    return fields;
  }

  private Map<String, String> textMap(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw expected(value);
    }
    Map<String, String> texts = new LinkedHashMap<>();
    map.forEach((name, each) -> texts.put(String.valueOf(name), Values.text(each)));
    return texts;
  }
}
