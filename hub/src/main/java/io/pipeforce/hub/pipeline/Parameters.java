package io.pipeforce.hub.pipeline;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a command, read off its arguments' record.
 *
 * @param <A> the record
 */
public final class Parameters<A extends Record> {
  /**
   * One of them.
   *
   * @param required whether it has to be given
   * @param fallback what it is when it is not given, as it would be typed
   */
  public record Parameter(
      String name, Kind kind, boolean required, Optional<String> fallback, String about) {}

  private final Class<A> type;
  private final List<Parameter> all;

  private Parameters(Class<A> type, List<Parameter> all) {
    this.type = type;
    this.all = all;
  }

  /**
   * Those of a record.
   *
   * @throws IllegalArgumentException when the record has a component that cannot be a parameter
   */
  public static <A extends Record> Parameters<A> of(Class<A> type) {
    List<Parameter> all = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Param param = component.getAnnotation(Param.class);
      if (param == null) {
        throw new IllegalArgumentException(type + "." + component.getName() + " has no @Param");
      }
      boolean isOptional =
          component.getType() == Optional.class || component.getType() == Given.class;
      Kind kind = Kind.of(valueType(component));
      Optional<String> fallback = Optional.of(param.or()).filter(text -> !text.isEmpty());
      all.add(
          new Parameter(
              param.name().isEmpty() ? component.getName() : param.name(),
              kind,
              !isOptional && fallback.isEmpty(),
              fallback,
              param.value()));
    }
    return new Parameters<>(type, List.copyOf(all));
  }

  private static Type valueType(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType parameterized
            && parameterized.getRawType() == Optional.class
        ? parameterized.getActualTypeArguments()[0]
        : component.getGenericType();
  }

  /** In the order of the record. */
  public List<Parameter> all() {
    return all;
  }

  Optional<Parameter> find(String name) {
    return all.stream().filter(parameter -> parameter.name().equals(name)).findFirst();
  }

  List<String> names() {
    return all.stream().map(Parameter::name).toList();
  }

  /**
   * Makes the record.
   *
   * @param values by name; null counts as not given, except for a {@link Given}
   * @throws CommandException when one is missing or is not what it should be
   */
  A bind(Map<String, ? extends @Nullable Object> values) {
    @Nullable Object[] arguments = new @Nullable Object[all.size()];
    Class<?>[] types = new Class<?>[all.size()];
    RecordComponent[] components = type.getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      String name = all.get(i).name();
      arguments[i] =
          types[i] != Given.class
              ? argument(all.get(i), types[i], values.get(name))
              : values.containsKey(name) ? Given.of(values.get(name)) : Given.NOT;
    }
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new CommandException(String.valueOf(e.getTargetException().getMessage()), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  private @Nullable Object argument(Parameter parameter, Class<?> into, @Nullable Object given) {
    Object value = given == null ? parameter.fallback().orElse(null) : given;
    if (value == null) {
      if (into == Optional.class) {
        return Optional.empty();
      }
      throw new CommandException("the parameter '" + parameter.name() + "' is missing");
    }
    try {
      Object converted = parameter.kind().convert(value);
      return into == Optional.class ? Optional.of(converted) : converted;
    } catch (IllegalArgumentException e) {
      throw new CommandException("the parameter '" + parameter.name() + "' " + e.getMessage(), e);
    }
  }

  /** As help shows them: those in brackets can be left out. */
  String synopsis() {
    return all.stream()
        .map(each -> each.required() ? each.name() : "[" + each.name() + "]")
        .collect(Collectors.joining(" "));
  }

  @Override
  public String toString() {
    return Arrays.toString(all.toArray());
  }
}
