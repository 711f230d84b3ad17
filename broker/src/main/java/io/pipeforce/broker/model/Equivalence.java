package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ErlangTerm;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares what exists with what a client declares again.
 *
 * <p>Source: {@code assert_args_equivalence} and {@code equivalence_fail} in {@code
 * rabbit_misc.erl}.
 */
final class Equivalence {
  private Equivalence() {}

  /**
   * @throws AmqpException 406
   */
  static void check(Exchange existing, Exchange received) {
    check(existing, "type", existing.type().text(), received.type().text());
    check(existing, "durable", existing.durable(), received.durable());
    check(existing, "auto_delete", existing.autoDelete(), received.autoDelete());
    check(existing, "internal", existing.internal(), received.internal());
    checkArguments(
        existing, List.of("alternate-exchange"), existing.arguments(), received.arguments());
  }

  /**
   * @throws AmqpException 406
   */
  static void check(Queue existing, QueueDefinition received) {
    QueueDefinition current = existing.definition();
    check(existing, "durable", current.durable(), received.durable());
    check(existing, "auto_delete", current.autoDelete(), received.autoDelete());
    checkArguments(
        existing,
        QueueArguments.understoodBy(current.type()),
        current.arguments(),
        received.arguments());
  }

  private static void check(Destination existing, String what, Object current, Object received) {
    if (!current.equals(received)) {
      throw differs(existing, what, "'" + received + "'", "'" + current + "'");
    }
  }

  private static void checkArguments(
      Destination existing, Collection<String> names, FieldTable current, FieldTable received) {
    names.stream()
        .sorted()
        .forEach(name -> checkArgument(existing, name, current.get(name), received.get(name)));
  }

  private static void checkArgument(
      Destination existing, String name, @Nullable Field current, @Nullable Field received) {
    if (Objects.equals(current, received)) {
      return;
    }
    if (current == null || received == null) {
      throw differs(existing, name, typed(received), typed(current));
    }
    boolean sameInteger =
        FieldTable.integer(current).isPresent()
            && FieldTable.integer(current).equals(FieldTable.integer(received));
    if (!sameInteger) {
      throw differs(
          existing,
          name,
          "'" + ErlangTerm.plain(received) + "'",
          "'" + ErlangTerm.plain(current) + "'");
    }
  }

  private static String typed(@Nullable Field value) {
    return value == null
        ? "none"
        : "the value '%s' of type '%s'".formatted(ErlangTerm.plain(value), value.typeName());
  }

  private static AmqpException differs(
      Destination existing, String what, String received, String current) {
    return new AmqpException(
        ReplyCode.PRECONDITION_FAILED,
        "inequivalent arg '%s' for %s: received %s but current is %s"
            .formatted(what, existing.described(), received, current));
  }
}
