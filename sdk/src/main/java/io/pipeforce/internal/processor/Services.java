package io.pipeforce.internal.processor;

import io.pipeforce.BaseService;
import io.pipeforce.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** The rules for classes that have handlers; finds the services of a compilation. */
final class Services {
  private final Elements elements;
  private final Types types;
  private final Report report;
  private final Handlers handlers;
  private final TypeMirror baseService;
  private final Map<String, TypeElement> found = new LinkedHashMap<>();
  private final List<TypeElement> abstracts = new ArrayList<>();

  Services(ProcessingEnvironment environment, Report report) {
    this.elements = environment.getElementUtils();
    this.types = environment.getTypeUtils();
    this.report = report;
    this.handlers = new Handlers(environment, report);
    this.baseService =
        Objects.requireNonNull(elements.getTypeElement(BaseService.class.getName())).asType();
  }

  /** The services among the checked classes. */
  List<TypeElement> found() {
    return List.copyOf(found.values());
  }

  /** Checks a class of the compilation and remembers it when it is a service. */
  void check(TypeElement type) {
    List<ExecutableElement> own = annotated(type.getEnclosedElements());
    own.forEach(handlers::check);
    if (!types.isSubtype(type.asType(), baseService)) {
      for (ExecutableElement method : own) {
        report.error(
            method,
            Report.coordinates(method)
                + ": @Event works only in a class that extends BaseService; let "
                + type.getSimpleName()
                + " extend it, or remove @Event");
      }
      return;
    }
    List<ExecutableElement> all = annotated(elements.getAllMembers(type));
    if (all.isEmpty()) {
      return;
    }
    checkNames(type, all);
    if (type.getModifiers().contains(Modifier.ABSTRACT)) {
      abstracts.add(type);
      return;
    }
    String problem = problem(type);
    if (problem != null) {
      report.error(type, type.getSimpleName() + ": " + problem);
      return;
    }
    TypeElement other = found.putIfAbsent(type.getSimpleName().toString(), type);
    if (other != null) {
      report.error(
          type,
          type.getQualifiedName()
              + " and "
              + other.getQualifiedName()
              + " have the same simple name, which is part of their queues' names; rename one");
    }
  }

  /** An abstract class with handlers that no service extends would be silently deaf. */
  void checkAbstract(Set<TypeElement> services) {
    for (TypeElement type : abstracts) {
      TypeMirror erased = types.erasure(type.asType());
      if (services.stream()
          .noneMatch(service -> types.isSubtype(types.erasure(service.asType()), erased))) {
        report.error(
            type,
            type.getSimpleName()
                + ": an abstract class with handlers that no service extends; remove 'abstract', or"
                + " add a public class that extends it");
      }
    }
  }

  /** Whether a class that was compiled earlier is a service. */
  boolean isService(TypeElement type) {
    return types.isSubtype(type.asType(), baseService)
        && !type.getModifiers().contains(Modifier.ABSTRACT)
        && problem(type) == null
        && !annotated(elements.getAllMembers(type)).isEmpty();
  }

  private @Nullable String problem(TypeElement type) {
    if (!type.getModifiers().contains(Modifier.PUBLIC)) {
      return "a class with handlers must be public; add 'public'";
    }
    if (type.getNestingKind().isNested() && !type.getModifiers().contains(Modifier.STATIC)) {
      return "an inner class cannot be constructed on its own; add 'static', or move it to a file"
          + " of its own";
    }
    for (ExecutableElement constructor : ElementFilter.constructorsIn(type.getEnclosedElements())) {
      if (constructor.getParameters().isEmpty()
          && constructor.getModifiers().contains(Modifier.PUBLIC)) {
        return null;
      }
    }
    return "a service is constructed by the runtime; add a public constructor without parameters";
  }

  private void checkNames(TypeElement type, List<ExecutableElement> all) {
    Map<String, ExecutableElement> byName = new HashMap<>();
    for (ExecutableElement method : all) {
      ExecutableElement other = byName.putIfAbsent(method.getSimpleName().toString(), method);
      if (other != null) {
        // An inherited method has its place elsewhere, perhaps in a jar: the class is to be fixed.
        Element where = type.equals(method.getEnclosingElement()) ? method : type;
        report.error(
            where,
            type.getSimpleName()
                + " has two handlers named "
                + method.getSimpleName()
                + ", "
                + Report.coordinates(other)
                + " and "
                + Report.coordinates(method)
                + ", which would share a queue; rename one");
      }
    }
  }

  private static List<ExecutableElement> annotated(List<? extends Element> members) {
    List<ExecutableElement> methods = new ArrayList<>();
    for (Element member : members) {
      if (member.getKind() == ElementKind.METHOD && member.getAnnotation(Event.class) != null) {
        methods.add((ExecutableElement) member);
      }
    }
    return methods;
  }
}
