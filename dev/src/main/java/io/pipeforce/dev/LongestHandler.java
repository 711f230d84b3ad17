package io.pipeforce.dev;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How long a stop of the service may take: the longest {@code maxDuration} of its handlers. */
final class LongestHandler {
  private static final String EVENT = "Lio/pipeforce/Event;";

  /** Of an {@code @Event} that does not say. */
  private static final String USUAL = "5m";

  /** Without a handler there is nothing to wait for. */
  private static final Duration NONE = Duration.ofSeconds(30);

  private LongestHandler() {}

  /** Read from the compiled classes in this folder; none of them is run. */
  static Duration in(Path classes) throws IOException {
    if (!Files.isDirectory(classes)) {
      return NONE;
    }
    Duration longest = Duration.ZERO;
    List<Path> files;
    try (Stream<Path> all = Files.walk(classes)) {
      files = all.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : files) {
      for (MethodModel method : ClassFile.of().parse(file).methods()) {
        for (Annotation event : annotations(method)) {
          Duration duration = duration(event);
          longest = duration.compareTo(longest) > 0 ? duration : longest;
        }
      }
    }
    return longest.isZero() ? NONE : longest;
  }

  private static List<Annotation> annotations(MethodModel method) {
    return method
        .findAttribute(Attributes.runtimeVisibleAnnotations())
        .map(attribute ->
            attribute.annotations().stream()
                .filter(one -> one.className().equalsString(EVENT))
                .toList())
        .orElse(List.of());
  }

  private static Duration duration(Annotation event) {
    String text = USUAL;
    for (AnnotationElement element : event.elements()) {
      if (element.name().equalsString("maxDuration")
          && element.value() instanceof AnnotationValue.OfString value) {
        text = value.stringValue();
      }
    }
    return parse(text);
  }

  /** The syntax of {@code @Event}; the annotation processor has refused all others. */
  static Duration parse(String text) {
    String number = text.strip().replaceFirst("[a-z ]*$", "");
    String unit = text.strip().substring(number.length()).strip();
    Map<String, Duration> units =
        Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1));
    return units.getOrDefault(unit, Duration.ofSeconds(1)).multipliedBy(Long.parseLong(number));
  }
}
