package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ErlangTerm;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

final class HeadersRouter implements Router {
  private static final String MATCH = "x-match";
  private static final Set<String> KINDS = Set.of("all", "any", "all-with-x", "any-with-x");

  private final BindingList bindings = new BindingList();

  @Override
  public void add(Binding binding) {
    bindings.add(binding);
  }

  @Override
  public void remove(Binding binding) {
    bindings.remove(binding);
  }

  @Override
  public void route(Message message, Consumer<Destination> found) {
    FieldTable headers = message.content().properties().headers();
    FieldTable present = headers == null ? FieldTable.EMPTY : headers;
    bindings.forEach(binding -> {
      if (matches(binding.arguments(), present)) {
        found.accept(binding.destination());
      }
    });
  }

  /**
   * @throws AmqpException 406 for an x-match that means nothing
   */
  static void check(FieldTable arguments) {
    switch (arguments.get(MATCH)) {
      case null -> {}
      case Field.LongString kind -> {
        if (!KINDS.contains(kind.text())) {
          throw new AmqpException(
              ReplyCode.PRECONDITION_FAILED,
              "Invalid x-match field value %s; expected all, any, all-with-x, or any-with-x"
                  .formatted(ErlangTerm.value(kind)));
        }
      }
      case Field other ->
          throw new AmqpException(
              ReplyCode.PRECONDITION_FAILED,
              "Invalid x-match field type %s (value %s); expected longstr"
                  .formatted(other.typeName(), ErlangTerm.value(other)));
    }
  }

  static boolean matches(FieldTable pattern, FieldTable headers) {
    String kind = pattern.text(MATCH).orElse("all");
    boolean any = kind.startsWith("any");
    boolean withX = kind.endsWith("-with-x");
    for (Map.Entry<String, Field> wanted : pattern.fields().entrySet()) {
      String name = wanted.getKey();
      if (name.equals(MATCH) || (name.startsWith("x-") && !withX)) {
        continue;
      }
      Field present = headers.get(name);
      boolean matches =
          present != null
              && (wanted.getValue() instanceof Field.Nothing
                  || sameValue(wanted.getValue(), present));
      if (matches == any) {
        return any;
      }
    }
    return !any;
  }

  /** The width of an integer does not matter; an integer never equals a floating-point number. */
  private static boolean sameValue(Field one, Field other) {
    if (FieldTable.integer(one).isPresent()) {
      return FieldTable.integer(one).equals(FieldTable.integer(other));
    }
    return switch (one) {
      case Field.Float32(float value) -> isDouble(other, value);
      case Field.Float64(double value) -> isDouble(other, value);
      default -> one.equals(other);
    };
  }

  private static boolean isDouble(Field field, double value) {
    return switch (field) {
      case Field.Float32(float other) -> other == value;
      case Field.Float64(double other) -> other == value;
      default -> false;
    };
  }
}
