package io.pipeforce;

import io.pipeforce.internal.amqp.AmqpQueueLook;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks into queues and takes nothing away. For one thread.
 *
 * <pre>{@code
 * try (QueueLook look = QueueLook.open(broker)) {
 *   look.messages("pipeforce_default_dlq", 10, OptionalLong.empty()).forEach(System.out::println);
 * }
 * }</pre>
 */
public interface QueueLook extends AutoCloseable {
  /** How many messages wait in a queue at this moment, and how many consumers it has. */
  record Count(long messages, int consumers) {}

  /**
   * Connects until {@link #close}.
   *
   * @throws BrokerUnavailableException when nobody answers there or the login is refused
   */
  static QueueLook open(BrokerAddress broker) {
    return AmqpQueueLook.open(broker);
  }

  /** Counts; empty when there is no such queue, or when it belongs to another connection alone. */
  Optional<Count> count(String queue);

  /**
   * The first messages of a queue, which stay in it in their order. While it looks, a consumer does
   * not get them.
   *
   * <p>A quorum queue counts a look as a delivery. A message that it would drop or dead-letter when
   * it comes back is sent to the queue's end again instead, with a count of none.
   *
   * @param most how many
   * @param deliveryLimit how often the queue takes a message back before it drops or dead-letters
   *     it; empty when it always does
   * @throws MessagingException when there is no such queue, or it is none that can be looked into
   */
  List<Message> messages(String queue, int most, OptionalLong deliveryLimit);

  @Override
  void close();
}
