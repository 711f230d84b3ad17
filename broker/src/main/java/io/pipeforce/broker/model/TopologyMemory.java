package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory queues, exchanges, bindings and consumers take, and how much there is for them.
 * Thread-safe.
 *
 * <p>RabbitMQ has no such limit by default and ends when the system runs out of memory. Here who
 * asks for too much is refused and all others go on. Consumers and declares are refused rather than
 * made to wait, since those who wait for memory wait for consumers.
 */
public final class TopologyMemory {
  private static final int QUEUE = 2500;
  private static final int EXCHANGE = 1000;
  private static final int BINDING = 1000;
  private static final int CONSUMER = 1000;

  /** There is none for what was there before the broker started. */
  private volatile long limit = Long.MAX_VALUE;

  private final AtomicLong octets = new AtomicLong();

  /** From now on. */
  void limit(long octetsAtMost) {
    limit = octetsAtMost;
  }

  public long octets() {
    return octets.get();
  }

  void add(QueueDefinition queue) {
    take(weight(queue), "declare", queue.described());
  }

  void remove(QueueDefinition queue) {
    octets.addAndGet(-weight(queue));
  }

  void add(Exchange exchange) {
    take(weight(exchange), "declare", exchange.described());
  }

  void remove(Exchange exchange) {
    octets.addAndGet(-weight(exchange));
  }

  void add(Binding binding) {
    take(weight(binding), "bind", binding.destination().described());
  }

  void remove(Binding binding) {
    octets.addAndGet(-weight(binding));
  }

  void add(Subscription consumer) {
    take(weight(consumer), "consume from", consumer.queue().described());
  }

  void remove(Subscription consumer) {
    octets.addAndGet(-weight(consumer));
  }

  private static long weight(QueueDefinition queue) {
    return QUEUE + 2L * queue.name().length() + queue.arguments().weight();
  }

  private static long weight(Exchange exchange) {
    return EXCHANGE + 2L * exchange.name().length() + exchange.arguments().weight();
  }

  /** A topic binding takes a node per word, each with a table of its own. */
  private static long weight(Binding binding) {
    long words = binding.routingKey().chars().filter(letter -> letter == '.').count();
    return BINDING * (1 + words / 4)
        + 2L * binding.routingKey().length()
        + binding.arguments().weight();
  }

  private static long weight(Subscription consumer) {
    return CONSUMER + 2L * consumer.tag().length() + consumer.arguments().weight();
  }

  private void take(long weight, String action, String what) {
    if (octets.addAndGet(weight) > limit) {
      octets.addAndGet(-weight);
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "cannot %s %s: the memory for queues, exchanges, bindings and consumers is used up"
              .formatted(action, what));
    }
  }
}
