package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * One of the queues gets the message, whatever its key.
 *
 * <p>Source: {@code rabbit_exchange_type_local_random.erl}.
 */
final class LocalRandomRouter implements Router {
  private final BindingList bindings = new BindingList();

  /**
   * @throws AmqpException 406 for what this type binds not: other exchanges, quorum queues, keys
   */
  static void check(Destination destination, String routingKey) {
    if (!routingKey.isEmpty()) {
      throw refused("Non empty binding '" + routingKey + "' key not permitted");
    }
    if (!(destination instanceof Queue queue)) {
      throw refused("Destination not found");
    }
    if (queue.isQuorum()) {
      throw refused(
          "Queue type " + QueueType.QUORUM.module() + " not valid for this exchange type");
    }
  }

  private static AmqpException refused(String text) {
    return new AmqpException(ReplyCode.PRECONDITION_FAILED, text);
  }

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
    List<Destination> all = new ArrayList<>();
    bindings.forEach(binding -> all.add(binding.destination()));
    if (!all.isEmpty()) {
      found.accept(all.get(ThreadLocalRandom.current().nextInt(all.size())));
    }
  }
}
