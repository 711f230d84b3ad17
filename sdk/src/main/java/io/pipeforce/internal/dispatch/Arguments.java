package io.pipeforce.internal.dispatch;

import io.pipeforce.Context;
import io.pipeforce.Message;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.ObjectReader;

/** The kinds of arguments that a handler may declare. */
final class Arguments {
  /** Answers how to supply a parameter, or empty when it is not this kind's. */
  @FunctionalInterface
  interface Kind {
    Optional<Argument> argument(Parameter parameter, PayloadCodec codec);
  }

  /** All kinds, asked in this order. A new kind of argument is a line here. */
  static final List<Kind> DEFAULTS =
      List.of(
          Arguments::message,
          Arguments::context,
          Arguments::text,
          Arguments::bytes,
          Arguments::json);

  private Arguments() {}

  /** Whether a parameter of this type is the payload, of which a handler has at most one. */
  static boolean isPayload(Class<?> type) {
    return type != Message.class && type != Context.class;
  }

  private static Optional<Argument> message(Parameter parameter, PayloadCodec codec) {
    return parameter.getType() == Message.class
        ? Optional.of(DeliveryContext::message)
        : Optional.empty();
  }

  private static Optional<Argument> context(Parameter parameter, PayloadCodec codec) {
    return parameter.getType() == Context.class
        ? Optional.of(delivery -> delivery)
        : Optional.empty();
  }

  private static Optional<Argument> text(Parameter parameter, PayloadCodec codec) {
    return parameter.getType() == String.class
        ? Optional.of(delivery ->
            PayloadCodec.text(delivery.message().bytes(), delivery.message().properties()))
        : Optional.empty();
  }

  private static Optional<Argument> bytes(Parameter parameter, PayloadCodec codec) {
    return parameter.getType() == byte[].class
        ? Optional.of(delivery -> delivery.message().bytes())
        : Optional.empty();
  }

  private static Optional<Argument> json(Parameter parameter, PayloadCodec codec) {
    Class<?> type = parameter.getType();
    boolean abstractType =
        !type.isPrimitive()
            && !type.isArray()
            && (type.isInterface() || Modifier.isAbstract(type.getModifiers()));
    boolean readable =
        !abstractType
            || ReadableTypes.ABSTRACT.contains(type.getName())
            || Arrays.stream(type.getAnnotations())
                .map(annotation -> annotation.annotationType().getName())
                .anyMatch(ReadableTypes.MAPPING_ANNOTATIONS::contains);
    if (!readable || Thread.class.isAssignableFrom(type)) {
      return Optional.empty();
    }
    ObjectReader reader = codec.reader(parameter.getParameterizedType());
    String name = type.getSimpleName();
    return Optional.of(delivery -> PayloadCodec.decode(reader, delivery.message().bytes(), name));
  }
}
