package io.pipeforce.hub.pipeline;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.commons.jexl3.introspection.JexlPermissions;

/**
 * What expressions may touch: texts, numbers, booleans, lists and maps, and of these only methods
 * that read and that cost no more than what is there. No class, no file, no process can be reached
 * from them, and nothing can be made or changed.
 */
final class ExpressionPermissions implements JexlPermissions {
  /** Without those that take a regular expression, or make a text of any length. */
  private static final Set<String> OF_TEXTS =
      Set.of(
          "length",
          "isEmpty",
          "isBlank",
          "charAt",
          "contains",
          "startsWith",
          "endsWith",
          "indexOf",
          "lastIndexOf",
          "substring",
          "trim",
          "strip",
          "toLowerCase",
          "toUpperCase",
          "equals",
          "equalsIgnoreCase",
          "compareTo",
          "concat",
          "replace",
          "toString");

  private static final Set<String> OF_COLLECTIONS =
      Set.of(
          "size",
          "isEmpty",
          "contains",
          "get",
          "indexOf",
          "lastIndexOf",
          "getFirst",
          "getLast",
          "containsKey",
          "containsValue",
          "getOrDefault",
          "keySet",
          "values",
          "equals",
          "toString");

  private static final Set<String> OF_NUMBERS =
      Set.of("intValue", "longValue", "doubleValue", "booleanValue", "equals", "toString");

  @Override
  public boolean allow(Class<?> type) {
    return CharSequence.class.isAssignableFrom(type)
        || Collection.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || Number.class.isAssignableFrom(type)
        || type == Boolean.class
        || type == Comparable.class
        || type == Object.class;
  }

  @Override
  public boolean allow(Method method) {
    return methods(method.getDeclaringClass()).contains(method.getName());
  }

  private static Set<String> methods(Class<?> type) {
    if (CharSequence.class.isAssignableFrom(type)) {
      return OF_TEXTS;
    }
    if (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
      return OF_COLLECTIONS;
    }
    return Number.class.isAssignableFrom(type) || type == Boolean.class ? OF_NUMBERS : Set.of();
  }

  @Override
  public boolean allow(Constructor<?> constructor) {
    return false;
  }

  @Override
  public boolean allow(Field field) {
    return false;
  }

  /** Classes decide, not packages. */
  @Override
  public boolean allow(Package named) {
    return true;
  }

  @Override
  public JexlPermissions compose(String... more) {
    throw new IllegalArgumentException("what expressions may do is not extended");
  }
}
