package io.pipeforce.broker.model;

import java.util.function.Consumer;

/**
 * How one exchange finds the destinations of a message.
 *
 * <p>Bindings change under the topology lock; {@link #route} is called by any thread at any time
 * without a lock and may report a destination more than once.
 */
interface Router {
  void add(Binding binding);

  void remove(Binding binding);

  void route(Message message, Consumer<Destination> found);
}
