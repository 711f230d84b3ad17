package io.pipeforce.internal.processor;

import io.pipeforce.Context;
import io.pipeforce.Event;
import io.pipeforce.Message;
import io.pipeforce.internal.dispatch.HandlerRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import org.jspecify.annotations.Nullable;

/** The rules for one handler method. */
final class Handlers {
  private final PayloadTypes payloads;
  private final Report report;

  Handlers(ProcessingEnvironment environment, Report report) {
    this.payloads = new PayloadTypes(environment);
    this.report = report;
  }

  void check(ExecutableElement method) {
    checkModifiers(method);
    checkSettings(method);
    checkParameters(method);
    payloads
        .resultProblem(method.getReturnType())
        .ifPresent(problem -> report.error(method, Report.coordinates(method) + ": " + problem));
  }

  private void checkModifiers(ExecutableElement method) {
    Set<Modifier> modifiers = method.getModifiers();
    if (modifiers.contains(Modifier.ABSTRACT)) {
      report.error(
          method,
          Report.coordinates(method)
              + ": an abstract method handles nothing; put @Event on the method that implements"
              + " it");
    } else if (modifiers.contains(Modifier.STATIC)) {
      report.error(
          method,
          Report.coordinates(method)
              + ": a handler is called on the service's instance; remove 'static'");
    } else if (!modifiers.contains(Modifier.PUBLIC)) {
      report.error(method, Report.coordinates(method) + ": a handler must be public; add 'public'");
    }
    if (!method.getTypeParameters().isEmpty()) {
      report.error(
          method,
          Report.coordinates(method)
              + ": a handler has no type parameters, since nobody could say what they are; take a"
              + " concrete type");
    }
  }

  private void checkSettings(ExecutableElement method) {
    Event event = method.getAnnotation(Event.class);
    AnnotationMirror mirror =
        method.getAnnotationMirrors().stream()
            .filter(candidate ->
                ((TypeElement) candidate.getAnnotationType().asElement())
                    .getQualifiedName()
                    .contentEquals(Event.class.getName()))
            .findFirst()
            .orElseThrow();
    for (HandlerRules.Problem problem :
        HandlerRules.problems(
            List.of(event.value()),
            event.concurrency(),
            event.maxDuration(),
            event.ordered(),
            List.of(event.retry()))) {
      report.error(
          method,
          mirror,
          value(mirror, problem),
          Report.coordinates(method) + ": " + problem.text());
    }
  }

  /** The place of a value in the source; null when it is the attribute's default. */
  private static @Nullable AnnotationValue value(
      AnnotationMirror mirror, HandlerRules.Problem problem) {
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
        mirror.getElementValues().entrySet()) {
      if (entry.getKey().getSimpleName().contentEquals(problem.attribute())) {
        AnnotationValue value = entry.getValue();
        return value.getValue() instanceof List<?> values
                && problem.index() < values.size()
                && values.get(problem.index()) instanceof AnnotationValue one
            ? one
            : value;
      }
    }
    return null;
  }

  private void checkParameters(ExecutableElement method) {
    @Nullable VariableElement payload = null;
    for (VariableElement parameter : method.getParameters()) {
      if (payloads.is(parameter.asType(), Message.class)
          || payloads.is(parameter.asType(), Context.class)) {
        continue;
      }
      Optional<String> problem = payloads.problem(parameter.asType());
      if (problem.isPresent()) {
        report.error(parameter, Report.coordinates(method) + ": " + problem.get());
      } else if (payload != null) {
        report.error(
            parameter,
            Report.coordinates(method)
                + ": a message has one payload, but '"
                + payload.getSimpleName()
                + "' and '"
                + parameter.getSimpleName()
                + "' both ask for it; take one type that holds both, or Message for headers and"
                + " key");
      } else {
        payload = parameter;
      }
    }
  }
}
