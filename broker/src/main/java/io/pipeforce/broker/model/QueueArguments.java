package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.ReplyCode;
import io.pipeforce.broker.wire.Text;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Refuses what RabbitMQ refuses in the arguments of a queue or a consumer, with its texts.
 *
 * <p>Source: {@code declare_args/0}, {@code consume_args/0} and their checks in {@code
 * rabbit_amqqueue.erl}.
 */
final class QueueArguments {
  static final String TYPE = "x-queue-type";
  private static final int HIGHEST_PRIORITY = 255;

  /** Answers what is wrong, as an Erlang term. */
  private interface Check {
    Optional<String> complaint(Field value, FieldTable all);
  }

  /** In RabbitMQ's order, which decides what a client with two mistakes hears of first. */
  private static final Map<String, Check> CHECKS = new LinkedHashMap<>();

  private static final Set<String> OF_CLASSIC =
      Set.of(
          "x-expires",
          "x-message-ttl",
          "x-dead-letter-exchange",
          "x-dead-letter-routing-key",
          "x-max-length",
          "x-max-length-bytes",
          "x-max-priority",
          "x-overflow",
          "x-queue-mode",
          "x-queue-version",
          "x-single-active-consumer",
          "x-queue-type",
          "x-queue-master-locator",
          "x-queue-leader-locator");

  private static final Set<String> OF_QUORUM =
      Set.of(
          "x-expires",
          "x-message-ttl",
          "x-dead-letter-exchange",
          "x-dead-letter-routing-key",
          "x-dead-letter-strategy",
          "x-max-length",
          "x-max-length-bytes",
          "x-max-in-memory-length",
          "x-max-in-memory-bytes",
          "x-overflow",
          "x-single-active-consumer",
          "x-queue-type",
          "x-quorum-initial-group-size",
          "x-delivery-limit",
          "x-queue-leader-locator");

  /** Arguments of streams, which RabbitMQ knows and refuses for other queues. */
  private static final Set<String> OF_STREAMS =
      Set.of("x-max-age", "x-stream-max-segment-size-bytes", "x-initial-cluster-size");

  static {
    CHECKS.put("x-expires", QueueArguments::positiveDuration);
    CHECKS.put("x-message-ttl", QueueArguments::duration);
    CHECKS.put("x-dead-letter-exchange", QueueArguments::text);
    CHECKS.put("x-dead-letter-routing-key", QueueArguments::deadLetterKey);
    CHECKS.put(
        "x-dead-letter-strategy",
        oneOf("invalid_dlx_strategy", List.of("at-most-once", "at-least-once")));
    CHECKS.put("x-max-length", QueueArguments::notNegative);
    CHECKS.put("x-max-length-bytes", QueueArguments::notNegative);
    CHECKS.put("x-max-in-memory-length", QueueArguments::notNegative);
    CHECKS.put("x-max-in-memory-bytes", QueueArguments::notNegative);
    CHECKS.put("x-max-priority", QueueArguments::priority);
    CHECKS.put(
        "x-overflow",
        oneOf("invalid_overflow", List.of("drop-head", "reject-publish", "reject-publish-dlx")));
    CHECKS.put("x-queue-mode", QueueArguments::mode);
    CHECKS.put("x-queue-version", QueueArguments::version);
    CHECKS.put("x-single-active-consumer", QueueArguments::bool);
    CHECKS.put("x-quorum-initial-group-size", QueueArguments::positive);
    CHECKS.put(
        "x-queue-leader-locator",
        oneOf(
            "invalid_queue_locator_arg",
            List.of("client-local", "balanced", "random", "least-leaders", "min-masters")));
  }

  private QueueArguments() {}

  /**
   * @throws AmqpException 406 for the first thing that is wrong
   */
  static void check(QueueDefinition definition) {
    FieldTable arguments = definition.arguments();
    String queue = definition.described();
    Names.checkArgument(arguments, "x-dead-letter-exchange", "queue", definition.name());
    checkOne(queue, arguments, TYPE, QueueArguments::type);
    QueueType type = type(arguments);
    CHECKS.forEach((name, check) -> {
      if (understoodBy(type).contains(name)) {
        checkOne(queue, arguments, name, check);
      }
    });
    for (String name : arguments.fields().keySet()) {
      boolean known =
          OF_CLASSIC.contains(name) || OF_QUORUM.contains(name) || OF_STREAMS.contains(name);
      if (known && !understoodBy(type).contains(name)) {
        throw notForType(name, queue, type);
      }
    }
    if (type == QueueType.QUORUM) {
      refuse(definition.autoDelete(), "auto-delete", queue);
      refuse(definition.exclusive(), "exclusive-owner", queue);
      refuse(!definition.durable(), "non-durable", queue);
    }
  }

  private static void refuse(boolean condition, String property, String queue) {
    if (condition) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED, "invalid property '%s' for %s".formatted(property, queue));
    }
  }

  /** Consumers know one argument that can be wrong, and one that is for streams. */
  static void checkConsumer(Queue queue, FieldTable arguments) {
    checkOne(queue.described(), arguments, "x-priority", QueueArguments::integer);
    if (arguments.get("x-stream-offset") != null) {
      throw notForType("x-stream-offset", queue.described(), queue.definition().type());
    }
  }

  private static AmqpException notForType(String name, String queue, QueueType type) {
    return new AmqpException(
        ReplyCode.PRECONDITION_FAILED,
        "invalid arg '%s' for %s of queue type %s".formatted(name, queue, type.module()));
  }

  /** A queue that does not say what it is, is classic, and shows it from then on. */
  static FieldTable withType(FieldTable arguments) {
    return arguments.get(TYPE) == null
        ? arguments.with(TYPE, new Field.LongString(QueueType.CLASSIC.text()))
        : arguments;
  }

  /** The arguments that mean something to a type; they are compared when it is declared again. */
  static Set<String> understoodBy(QueueType type) {
    return switch (type) {
      case CLASSIC -> OF_CLASSIC;
      case QUORUM -> OF_QUORUM;
    };
  }

  static QueueType type(FieldTable arguments) {
    String type = arguments.text(TYPE).orElse("classic");
    return type.equals(QueueType.QUORUM.text()) ? QueueType.QUORUM : QueueType.CLASSIC;
  }

  private static void checkOne(String queue, FieldTable arguments, String name, Check check) {
    Field value = arguments.get(name);
    if (value != null) {
      check
          .complaint(value, arguments)
          .ifPresent(complaint -> {
            throw new AmqpException(
                ReplyCode.PRECONDITION_FAILED,
                "invalid arg '%s' for %s: %s".formatted(name, queue, complaint));
          });
    }
  }

  private static Optional<String> integer(Field value, FieldTable all) {
    return FieldTable.integer(value).isPresent()
        ? Optional.empty()
        : Optional.of("\"expected integer, got " + value.typeName() + "\"");
  }

  private static Optional<String> notNegative(Field value, FieldTable all) {
    long number = FieldTable.integer(value).orElse(0);
    return number < 0 ? Optional.of("{value_negative," + number + "}") : integer(value, all);
  }

  private static Optional<String> positive(Field value, FieldTable all) {
    return FieldTable.integer(value).equals(OptionalLong.of(0))
        ? Optional.of("{value_zero,0}")
        : notNegative(value, all);
  }

  private static Optional<String> duration(Field value, FieldTable all) {
    long number = FieldTable.integer(value).orElse(0);
    return number > Expiration.LONGEST
        ? Optional.of("{value_too_large," + number + "}")
        : notNegative(value, all);
  }

  private static Optional<String> positiveDuration(Field value, FieldTable all) {
    return positive(value, all).or(() -> duration(value, all));
  }

  private static Optional<String> priority(Field value, FieldTable all) {
    long number = FieldTable.integer(value).orElse(0);
    return number > HIGHEST_PRIORITY
        ? Optional.of("{max_value_exceeded," + number + "}")
        : notNegative(value, all);
  }

  private static Optional<String> text(Field value, FieldTable all) {
    return value instanceof Field.LongString ? Optional.empty() : unacceptable(value);
  }

  private static Optional<String> bool(Field value, FieldTable all) {
    return value instanceof Field.Bool ? Optional.empty() : unacceptable(value);
  }

  private static Optional<String> deadLetterKey(Field value, FieldTable all) {
    if (value instanceof Field.LongString && all.get("x-dead-letter-exchange") == null) {
      return Optional.of("routing_key_but_no_dlx_defined");
    }
    if (value instanceof Field.LongString key && Text.encode(key.text()).length > 255) {
      // RabbitMQ takes it, and fails on every message that it would send with it.
      return Optional.of("routing_key_too_long");
    }
    return text(value, all);
  }

  private static Optional<String> type(Field value, FieldTable all) {
    if (!(value instanceof Field.LongString type)) {
      return unacceptable(value);
    }
    return Arrays.stream(QueueType.values()).anyMatch(known -> known.text().equals(type.text()))
        ? Optional.empty()
        : Optional.of("\"unsupported queue type '" + type.text() + "'\"");
  }

  private static Optional<String> mode(Field value, FieldTable all) {
    if (!(value instanceof Field.LongString mode)) {
      return unacceptable(value);
    }
    return List.of("default", "lazy").contains(mode.text())
        ? Optional.empty()
        : Optional.of("\"unsupported queue mode '" + mode.text() + "'\"");
  }

  private static Optional<String> version(Field value, FieldTable all) {
    long number = FieldTable.integer(value).orElse(1);
    return number > 2 || number == 0
        ? Optional.of("\"unsupported queue version '" + number + "'\"")
        : notNegative(value, all);
  }

  private static Check oneOf(String complaint, List<String> words) {
    return (value, _) -> {
      if (!(value instanceof Field.LongString word)) {
        return unacceptable(value);
      }
      return words.contains(word.text()) ? Optional.empty() : Optional.of(complaint);
    };
  }

  private static Optional<String> unacceptable(Field value) {
    return Optional.of("{unacceptable_type," + value.typeName() + "}");
  }
}
