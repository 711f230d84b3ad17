package io.pipeforce.broker.contract;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * One row of the parity page: a test of the suite.
 *
 * @param differences what the brokers that are known to differ do instead
 */
record Behaviour(String area, String sentence, Map<Product, String> differences) {

  /** Every test of the suite, found in its compiled classes, so that none can be left out. */
  static List<Behaviour> all() {
    return suite().stream()
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(method -> of(method.getDeclaringClass(), method))
        .sorted(Comparator.comparing(Behaviour::area).thenComparing(Behaviour::sentence))
        .toList();
  }

  static Behaviour of(Class<?> type, Method method) {
    return new Behaviour(
        areaOf(type),
        method.getName().replace('_', ' '),
        differences(method.getAnnotation(Differs.class)));
  }

  private static Map<Product, String> differences(@Nullable Differs differs) {
    Map<Product, String> differences = new EnumMap<>(Product.class);
    if (differs != null) {
      differences.put(Product.DEV, differs.onDev());
      differences.put(Product.RABBITMQ_3_10, differs.on310());
      differences.put(Product.RABBITMQ_4_3, differs.on43());
      differences.values().removeIf(String::isEmpty);
    }
    return differences;
  }

  /** {@code DeadLettersTest} is about dead letters. */
  private static String areaOf(Class<?> type) {
    String words =
        type.getSimpleName()
            .replaceFirst("Test$", "")
            .replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
            .toLowerCase(Locale.ROOT);
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static List<? extends Class<?>> suite() {
    try {
      Path root =
          Path.of(Contract.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (Stream<Path> files = Files.walk(root)) {
        return files
            .map(file -> root.relativize(file).toString())
            .filter(file -> file.endsWith("Test.class"))
            .map(file -> file.replaceFirst("\\.class$", "").replace('/', '.'))
            .map(Behaviour::load)
            .filter(type -> Contract.class.isAssignableFrom(type))
            .filter(type -> !Modifier.isAbstract(type.getModifiers()))
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError("Cannot list the classes of the suite", e);
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, Behaviour.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
