package io.pipeforce.broker.model;

import java.util.Map;
import java.util.Optional;

/** Puts what was durable back into a virtual host, before anybody else can see it. */
final class Restored implements DurableState.Host {
  private final VirtualHost host;
  private final Map<String, Exchange> exchanges;
  private final Map<String, Queue> queues;
  private final Bindings bindings;

  Restored(
      VirtualHost host,
      Map<String, Exchange> exchanges,
      Map<String, Queue> queues,
      Bindings bindings) {
    this.host = host;
    this.exchanges = exchanges;
    this.queues = queues;
    this.bindings = bindings;
  }

  @Override
  public void restore(Exchange exchange) {
    host.topologyMemory().add(exchange);
    exchanges.put(exchange.name(), exchange);
  }

  @Override
  public Queue restore(QueueDefinition definition, KeptMessages kept) {
    host.topologyMemory().add(definition);
    Queue queue = new Queue(definition, host, kept);
    queues.put(definition.name(), queue);
    return queue;
  }

  @Override
  public Optional<Binding> restore(StoredDefinition.OfBinding stored) {
    Exchange source = exchanges.get(stored.source());
    Destination destination =
        stored.toQueue() ? queues.get(stored.destination()) : exchanges.get(stored.destination());
    if (source == null || destination == null) {
      return Optional.empty();
    }
    Binding binding = new Binding(source, destination, stored.routingKey(), stored.arguments());
    bindings.add(binding);
    return Optional.of(binding);
  }
}
