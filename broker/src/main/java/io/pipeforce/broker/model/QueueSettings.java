package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.FieldTable;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a queue's arguments ask for.
 *
 * @param messageTtl milliseconds that a message may wait
 * @param expires milliseconds without use after which the queue goes
 * @param keepsDeadLetters whether a dead letter stays until its exchange has routed it
 *     (x-dead-letter-strategy at-least-once)
 * @param maxPriority 0 when priorities are ignored
 * @param deliveryLimit how often a message may come back; empty for no limit
 */
record QueueSettings(
    QueueType type,
    OptionalLong messageTtl,
    OptionalLong expires,
    Optional<String> deadLetterExchange,
    Optional<String> deadLetterRoutingKey,
    boolean keepsDeadLetters,
    long maxLength,
    long maxBytes,
    Overflow overflow,
    int maxPriority,
    boolean singleActiveConsumer,
    OptionalLong deliveryLimit) {

  private static final long DEFAULT_DELIVERY_LIMIT = 20;

  /** From arguments that {@link QueueArguments#check} has accepted. */
  static QueueSettings of(FieldTable arguments) {
    QueueType type = QueueArguments.type(arguments);
    Overflow overflow =
        switch (arguments.text("x-overflow").orElse("drop-head")) {
          case "reject-publish" -> Overflow.REJECT_PUBLISH;
          // A quorum queue takes the word and drops the head.
          case "reject-publish-dlx" ->
              type == QueueType.QUORUM ? Overflow.DROP_HEAD : Overflow.REJECT_PUBLISH_DLX;
          default -> Overflow.DROP_HEAD;
        };
    Optional<String> deadLetterExchange = arguments.text("x-dead-letter-exchange");
    return new QueueSettings(
        type,
        arguments.integer("x-message-ttl"),
        arguments.integer("x-expires"),
        deadLetterExchange,
        arguments.text("x-dead-letter-routing-key"),
        // RabbitMQ falls back to at-most-once without reject-publish.
        arguments.text("x-dead-letter-strategy").equals(Optional.of("at-least-once"))
            && deadLetterExchange.isPresent()
            && overflow == Overflow.REJECT_PUBLISH,
        arguments.integer("x-max-length").orElse(Long.MAX_VALUE),
        arguments.integer("x-max-length-bytes").orElse(Long.MAX_VALUE),
        overflow,
        (int) arguments.integer("x-max-priority").orElse(0),
        arguments.isTrue("x-single-active-consumer"),
        type == QueueType.QUORUM
            ? limit(arguments.integer("x-delivery-limit").orElse(DEFAULT_DELIVERY_LIMIT))
            : OptionalLong.empty());
  }

  private static OptionalLong limit(long value) {
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  boolean isQuorum() {
    return type == QueueType.QUORUM;
  }
}
