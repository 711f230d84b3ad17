package io.pipeforce.internal.processor;

import io.pipeforce.internal.dispatch.ReadableTypes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** Which types can be made of a message's body, and which a handler may return. */
final class PayloadTypes {
  /** Types, with their subtypes, that people ask for and that no message contains. */
  private static final Map<String, String> REMEDIES = remedies();

  private static final String CREATOR = "com.fasterxml.jackson.annotation.JsonCreator";

  private static final List<String> AWAITED =
      List.of(
          "java.util.concurrent.CompletionStage",
          "java.util.concurrent.Future",
          "java.util.concurrent.Flow.Publisher",
          "java.util.stream.BaseStream",
          "org.reactivestreams.Publisher");

  private final Elements elements;
  private final Types types;

  PayloadTypes(ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
    this.types = environment.getTypeUtils();
  }

  /** Whether the type is exactly this one. */
  boolean is(TypeMirror type, Class<?> exact) {
    return type instanceof DeclaredType declared
        && declared.asElement() instanceof TypeElement element
        && element.getQualifiedName().contentEquals(exact.getName());
  }

  /** Why a handler cannot take this type, and what to take instead; empty when it can. */
  Optional<String> problem(TypeMirror type) {
    return switch (type) {
      case ArrayType array -> problem(array.getComponentType());
      case TypeVariable variable ->
          Optional.of(
              "nobody can say at run time what " + variable + " is; take a concrete type instead");
      case WildcardType wildcard ->
          wildcard.getExtendsBound() == null
              ? Optional.empty()
              : problem(wildcard.getExtendsBound());
      case DeclaredType declared -> declaredProblem(declared);
      default -> Optional.empty();
    };
  }

  private Optional<String> declaredProblem(DeclaredType type) {
    if (!(type.asElement() instanceof TypeElement element)
        || type.getKind() == javax.lang.model.type.TypeKind.ERROR) {
      return Optional.empty();
    }
    String noWay = "no way to pass a " + element.getSimpleName();
    for (Map.Entry<String, String> remedy : REMEDIES.entrySet()) {
      if (isA(type, remedy.getKey())) {
        return Optional.of(noWay + "; " + remedy.getValue());
      }
    }
    if (element.getModifiers().contains(Modifier.ABSTRACT)
        && !ReadableTypes.ABSTRACT.contains(element.getQualifiedName().toString())
        && !mapped(element)) {
      return Optional.of(noWay + abstractRemedy(element));
    }
    if (element.getNestingKind().isNested()
        && !element.getModifiers().contains(Modifier.STATIC)
        && element.getKind() == ElementKind.CLASS) {
      return Optional.of(noWay + ", an inner class; make it static");
    }
    return type.getTypeArguments().stream()
        .map(this::problem)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static String abstractRemedy(TypeElement element) {
    String kind = element.getKind().isInterface() ? "an interface" : "an abstract class";
    if (element.getModifiers().contains(Modifier.SEALED)) {
      return ", "
          + kind
          + ": JSON does not say which of its subtypes is meant; add @JsonTypeInfo(use ="
          + " JsonTypeInfo.Id.SIMPLE_NAME) to "
          + element.getSimpleName();
    }
    return ", "
        + kind
        + "; take the payload's type (a record or class, String, byte[], Map, JsonNode), Message or"
        + " Context";
  }

  /** Why a handler cannot return this type, and what to return instead; empty when it can. */
  Optional<String> resultProblem(TypeMirror type) {
    if (type instanceof DeclaredType) {
      for (String awaited : AWAITED) {
        if (isA(type, awaited)) {
          return Optional.of(
              "nobody waits for a "
                  + Report.simpleName(type)
                  + "; return the value itself: a handler runs on a virtual thread of its own and"
                  + " may block");
        }
      }
    }
    return Optional.empty();
  }

  private boolean isA(TypeMirror type, String name) {
    @Nullable TypeElement element = elements.getTypeElement(name);
    return element != null && types.isSubtype(types.erasure(type), types.erasure(element.asType()));
  }

  /** Whether an annotation of the type, or of one above it, tells Jackson how to make one. */
  private boolean mapped(TypeElement type) {
    return type.getEnclosedElements().stream().anyMatch(member -> has(member, Set.of(CREATOR)))
        || inherits(type);
  }

  private boolean inherits(TypeElement type) {
    return has(type, ReadableTypes.MAPPING_ANNOTATIONS)
        || types.directSupertypes(type.asType()).stream()
            .map(types::asElement)
            .anyMatch(above -> above instanceof TypeElement element && inherits(element));
  }

  private static boolean has(Element element, Set<String> annotations) {
    for (AnnotationMirror annotation : element.getAnnotationMirrors()) {
      if (annotation.getAnnotationType().asElement() instanceof TypeElement type
          && annotations.contains(type.getQualifiedName().toString())) {
        return true;
      }
    }
    return false;
  }

  private static Map<String, String> remedies() {
    Map<String, String> remedies = new LinkedHashMap<>();
    remedies.put(
        "io.pipeforce.EventClient",
        "call events() of the service, or Context.publish for what belongs to this message");
    remedies.put("io.pipeforce.MessageProperties", "take Message and call properties()");
    remedies.put("io.pipeforce.OutgoingMessage", "take Context and publish one");
    remedies.put(
        "io.pipeforce.ServiceSettings", "call ServiceSettings.from(System.getenv()) instead");
    remedies.put("io.pipeforce.BaseService", "a service has one instance, which is 'this'");
    remedies.put(
        "com.rabbitmq.client.Channel", "the runtime acknowledges; take Message or Context");
    remedies.put("com.rabbitmq.client.Delivery", "take Message");
    remedies.put("com.rabbitmq.client.Envelope", "take Message");
    remedies.put("com.rabbitmq.client.BasicProperties", "take Message and call properties()");
    remedies.put(
        "com.fasterxml.jackson.databind.JsonNode",
        "take tools.jackson.databind.JsonNode: JSON is read by Jackson 3");
    remedies.put("java.lang.Thread", "call Thread.currentThread() instead");
    remedies.put("java.lang.ClassLoader", "call getClass().getClassLoader() instead");
    remedies.put("java.io.InputStream", "take byte[]");
    remedies.put("java.io.Reader", "take String");
    remedies.put("java.io.OutputStream", "return the answer, or call Context.reply");
    remedies.put("java.util.stream.BaseStream", "take a List");
    remedies.put("java.util.concurrent.Future", "the payload is there already; take its type");
    remedies.put(
        "java.util.concurrent.CompletionStage", "the payload is there already; take its type");
    return remedies;
  }
}
