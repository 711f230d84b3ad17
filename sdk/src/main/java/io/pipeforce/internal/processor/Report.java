package io.pipeforce.internal.processor;

import java.util.Objects;
import java.util.stream.Collectors;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/** Errors of the compilation, each where it belongs and with the coordinates of the handler. */
final class Report {
  private final ProcessingEnvironment environment;
  private boolean errors;

  Report(ProcessingEnvironment environment) {
    this.environment = environment;
  }

  boolean errors() {
    return errors;
  }

  void error(Element where, String text) {
    error(where, null, null, text);
  }

  void error(
      Element where,
      @Nullable AnnotationMirror annotation,
      @Nullable AnnotationValue value,
      String text) {
    errors = true;
    environment.getMessager().printMessage(Diagnostic.Kind.ERROR, text, where, annotation, value);
  }

  /** {@code OrderHandler.onOrder(Order, Context)}. */
  static String coordinates(ExecutableElement method) {
    // A method always has a class around it; only packages and modules stand alone.
    return Objects.requireNonNull(method.getEnclosingElement()).getSimpleName()
        + "."
        + method.getSimpleName()
        + method.getParameters().stream()
            .map(parameter -> simpleName(parameter.asType()))
            .collect(Collectors.joining(", ", "(", ")"));
  }

  static String simpleName(TypeMirror type) {
    return switch (type) {
      case DeclaredType declared -> declared.asElement().getSimpleName().toString();
      case ArrayType array -> simpleName(array.getComponentType()) + "[]";
      default -> type.toString();
    };
  }
}
