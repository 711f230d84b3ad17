package io.pipeforce.broker.model;

import io.pipeforce.broker.store.Store;
import io.pipeforce.broker.store.StoreException;
import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exchanges, queues and bindings of the one virtual host {@code /}.
 *
 * <p>Changes are made under one lock; looking up and routing take none. Texts of errors are those
 * of {@code rabbit_channel.erl}, {@code rabbit_amqqueue.erl} and {@code rabbit_exchange.erl}.
 */
public final class VirtualHost {
  public static final String NAME = "/";

  private static final Logger LOG = LoggerFactory.getLogger(VirtualHost.class);

  private final Timers timers;
  private final MemoryGauge memory;
  private final CycleWarnings cycleWarnings = new CycleWarnings();
  private final ReentrantLock topology = new ReentrantLock();
  private final Map<String, Exchange> exchanges = new ConcurrentHashMap<>();
  private final Map<String, Queue> queues = new ConcurrentHashMap<>();
  private final Map<Object, Set<Queue>> owned = new ConcurrentHashMap<>();
  private final TopologyMemory topologyMemory = new TopologyMemory();
  private final Bindings bindings = new Bindings(topologyMemory);
  private final QueueChurn queueChurn = new QueueChurn();
  private final DurableState durableState;

  /**
   * @param topologyLimit octets that queues, exchanges, bindings and consumers may take
   * @param store where to keep what is durable; null to keep nothing
   */
  public VirtualHost(Timers timers, MemoryGauge memory, long topologyLimit, @Nullable Store store) {
    this.timers = timers;
    this.memory = memory;
    durableState = new DurableState(store);
    predefine("", ExchangeType.DIRECT, false);
    predefine("amq.direct", ExchangeType.DIRECT, false);
    predefine("amq.fanout", ExchangeType.FANOUT, false);
    predefine("amq.topic", ExchangeType.TOPIC, false);
    predefine("amq.headers", ExchangeType.HEADERS, false);
    predefine("amq.match", ExchangeType.HEADERS, false);
    predefine("amq.rabbitmq.trace", ExchangeType.TOPIC, true);
    durableState.restore(new Restored(this, exchanges, queues, bindings));
    topologyMemory.limit(topologyLimit);
  }

  private void predefine(String name, ExchangeType type, boolean internal) {
    exchanges.put(name, new Exchange(name, type, true, false, internal, FieldTable.EMPTY));
  }

  Timers timers() {
    return timers;
  }

  CycleWarnings cycleWarnings() {
    return cycleWarnings;
  }

  public MemoryGauge memory() {
    return memory;
  }

  public TopologyMemory topologyMemory() {
    return topologyMemory;
  }

  public QueueChurn queueChurn() {
    return queueChurn;
  }

  public Optional<Exchange> exchange(String name) {
    return Optional.ofNullable(exchanges.get(name));
  }

  public Optional<Queue> queue(String name) {
    return Optional.ofNullable(queues.get(name));
  }

  public Collection<Exchange> exchanges() {
    return List.copyOf(exchanges.values());
  }

  public Collection<Queue> queues() {
    return List.copyOf(queues.values());
  }

  /**
   * @throws AmqpException 404
   */
  public Exchange existingExchange(String name) {
    return exchange(name).orElseThrow(() -> Names.notFound("exchange", name));
  }

  /**
   * @throws AmqpException 404
   */
  public Queue existingQueue(String name) {
    return queue(name).orElseThrow(() -> noQueue(name));
  }

  static AmqpException noQueue(String name) {
    return Names.notFound("queue", name);
  }

  /**
   * A queue that a connection may work with.
   *
   * @throws AmqpException 404, or 405 when it is exclusive to another connection
   */
  public Queue accessibleQueue(String name, @Nullable Object connection) {
    Queue queue = existingQueue(name);
    Object owner = queue.definition().owner();
    if (owner != null && !owner.equals(connection)) {
      throw locked(queue);
    }
    return queue;
  }

  private static AmqpException locked(Queue queue) {
    return new AmqpException(
        ReplyCode.RESOURCE_LOCKED,
        "cannot obtain exclusive access to locked %s. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration."
            .formatted(queue.described()));
  }

  /** The queues that a message published to the exchange goes to. */
  public List<Queue> route(Exchange exchange, Message message) {
    return Routes.of(this, exchange, message);
  }

  /**
   * Makes an exchange, or checks that the one there is the same.
   *
   * @throws AmqpException 403 for a reserved name, 406 when it differs
   */
  public Exchange declareExchange(
      String name,
      String typeName,
      boolean durable,
      boolean autoDelete,
      boolean internal,
      FieldTable arguments) {
    ExchangeType type = ExchangeType.of(typeName);
    Names.refuseDefault(name);
    Exchange declared = new Exchange(name, type, durable, autoDelete, internal, arguments);
    topology.lock();
    try {
      Exchange existing = exchanges.get(name);
      if (existing == null) {
        Names.refuseReserved("exchange", name);
        Names.checkLength("exchange", name);
        Names.checkArgument(arguments, "alternate-exchange", "exchange", name);
        topologyMemory.add(declared);
        durableState.added(declared);
        exchanges.put(name, declared);
        return declared;
      }
      Equivalence.check(existing, declared);
      return existing;
    } finally {
      topology.unlock();
    }
  }

  /**
   * @throws AmqpException 404, or 403 for the default exchange
   */
  public void checkExchange(String name) {
    Names.refuseDefault(name);
    existingExchange(name);
  }

  /**
   * Deletes an exchange with its bindings; one that is not there counts as deleted.
   *
   * @throws AmqpException 403 for a predefined one, 406 when it is in use
   */
  public void deleteExchange(String name, boolean ifUnused) {
    Names.refuseDefault(name);
    if (Names.isReserved(name)) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED,
          "deletion of system " + Names.described("exchange", name) + " not allowed");
    }
    topology.lock();
    try {
      Exchange exchange = exchanges.get(name);
      if (exchange == null) {
        return;
      }
      if (ifUnused && !exchange.bindings().isEmpty()) {
        throw new AmqpException(ReplyCode.PRECONDITION_FAILED, exchange.described() + " in use");
      }
      remove(exchange);
    } finally {
      topology.unlock();
    }
  }

  private void remove(Exchange exchange) {
    exchanges.remove(exchange.name());
    topologyMemory.remove(exchange);
    durableState.removed(exchange);
    List.copyOf(exchange.bindings()).forEach(this::remove);
    removeBindingsTo(exchange);
  }

  /** A queue and whether this call made it. */
  public record Declared(Queue queue, boolean isNew) {}

  /**
   * Makes a queue, or checks that the one there is the same.
   *
   * @param serverNamed whether the broker made up the name
   * @throws AmqpException 403 for a reserved name, 405 when it is another connection's, 406 when it
   *     differs or its arguments are wrong
   */
  public Declared declareQueue(QueueDefinition definition, boolean serverNamed) {
    if (!serverNamed) {
      Names.refuseReserved("queue", definition.name());
      Names.checkLength("queue", definition.name());
    }
    topology.lock();
    try {
      Queue existing = queues.get(definition.name());
      if (existing != null) {
        existing.touch();
        if (!Objects.equals(existing.definition().owner(), definition.owner())) {
          throw locked(existing);
        }
        Equivalence.check(existing, definition);
        queueChurn.declared();
        return new Declared(existing, false);
      }
      QueueArguments.check(definition);
      topologyMemory.add(definition);
      Queue queue = new Queue(definition, this, durableState.added(definition));
      queues.put(definition.name(), queue);
      if (definition.owner() != null) {
        owned.computeIfAbsent(definition.owner(), _ -> new LinkedHashSet<>()).add(queue);
      }
      queueChurn.created();
      return new Declared(queue, true);
    } finally {
      topology.unlock();
    }
  }

  /** A passive declare: counts as use. */
  public Queue checkQueue(String name, @Nullable Object connection) {
    Queue queue = existingQueue(name);
    queue.touch();
    return accessibleQueue(name, connection);
  }

  /**
   * Deletes a queue; one that is not there counts as deleted.
   *
   * @return how many messages were ready in it
   * @throws AmqpException 405 when it is another connection's, 406 when a condition does not hold
   */
  public int deleteQueue(
      String name, @Nullable Object connection, boolean ifUnused, boolean ifEmpty) {
    Queue queue = queues.get(name);
    if (queue == null) {
      return 0;
    }
    accessibleQueue(name, connection);
    return deleteQueue(queue, ifUnused, ifEmpty);
  }

  /** Deletes the queues that were exclusive to a connection. */
  public void deleteOwnedBy(Object connection) {
    List<Queue> exclusive;
    topology.lock();
    try {
      exclusive = List.copyOf(owned.getOrDefault(connection, Set.of()));
    } finally {
      topology.unlock();
    }
    exclusive.forEach(queue -> deleteQueue(queue, false, false));
  }

  /** The same for whoever may delete any queue. */
  public int deleteQueue(Queue queue, boolean ifUnused, boolean ifEmpty) {
    Queue.Ending ending;
    topology.lock();
    try {
      ending = queue.close(ifUnused, ifEmpty);
      forget(queue);
    } finally {
      topology.unlock();
    }
    cancel(ending);
    return ending.messages();
  }

  /** Deletes a queue that nobody uses any more, unless somebody does again. */
  void deleteIfOver(Queue queue) {
    Optional<Queue.Ending> ending;
    topology.lock();
    try {
      ending = queue.closeIfOver();
      if (ending.isPresent()) {
        forget(queue);
      }
    } finally {
      topology.unlock();
    }
    ending.ifPresent(VirtualHost::cancel);
  }

  private void forget(Queue queue) {
    if (queues.remove(queue.name(), queue)) {
      durableState.removed(queue);
      topologyMemory.remove(queue.definition());
      queueChurn.deleted();
    }
    Object owner = queue.definition().owner();
    if (owner != null) {
      owned.computeIfPresent(
          owner,
          (_, all) -> {
            all.remove(queue);
            return all.isEmpty() ? null : all;
          });
    }
    removeBindingsTo(queue);
  }

  /** Consumers are told while no lock is held. */
  private static void cancel(Queue.Ending ending) {
    ending.subscriptions().forEach(subscription -> subscription.receiver().cancelled());
  }

  /**
   * Binds; a binding that is there already stays as it is.
   *
   * @throws AmqpException 403 for the default exchange, 404, 405, or 406 for wrong arguments
   */
  public void bind(
      String source, Destination destination, String routingKey, FieldTable arguments) {
    refuseDefault(source, destination);
    topology.lock();
    try {
      Exchange exchange = existingExchange(source);
      stillThere(destination);
      exchange.type().check(destination, routingKey, arguments);
      Binding binding = new Binding(exchange, destination, routingKey, arguments);
      if (bindings.add(binding)) {
        durableState.added(binding);
      }
    } finally {
      topology.unlock();
    }
  }

  private static void refuseDefault(String source, Destination destination) {
    Names.refuseDefault(source);
    if (destination instanceof Exchange exchange) {
      Names.refuseDefault(exchange.name());
    }
  }

  /** It may have gone since it was looked up, and another of the same name may have come. */
  private void stillThere(Destination destination) {
    boolean there =
        switch (destination) {
          case Queue queue -> queues.get(queue.name()) == queue;
          case Exchange exchange -> exchanges.get(exchange.name()) == exchange;
        };
    if (!there) {
      throw Names.notFound(destination.kind(), destination.name());
    }
  }

  /**
   * Unbinds; answers whether there was such a binding.
   *
   * @throws AmqpException 403 for the default exchange
   */
  public boolean unbind(
      String source, Destination destination, String routingKey, FieldTable arguments) {
    refuseDefault(source, destination);
    topology.lock();
    try {
      Exchange exchange = exchanges.get(source);
      if (exchange == null) {
        return false;
      }
      boolean removed = remove(new Binding(exchange, destination, routingKey, arguments));
      if (removed) {
        removeIfUnused(exchange);
      }
      return removed;
    } finally {
      topology.unlock();
    }
  }

  public boolean isBound(
      String source, Destination destination, String routingKey, FieldTable arguments) {
    refuseDefault(source, destination);
    topology.lock();
    try {
      Exchange exchange = exchanges.get(source);
      return exchange != null
          && exchange
              .bindings()
              .contains(new Binding(exchange, destination, routingKey, arguments));
    } finally {
      topology.unlock();
    }
  }

  /** All bindings, without those of every queue to the default exchange. */
  public List<Binding> bindings() {
    topology.lock();
    try {
      return bindings.all();
    } finally {
      topology.unlock();
    }
  }

  private void removeBindingsTo(Destination destination) {
    for (Binding binding : bindings.to(destination)) {
      remove(binding);
      removeIfUnused(binding.source());
    }
  }

  private boolean remove(Binding binding) {
    boolean removed = bindings.remove(binding);
    if (removed) {
      durableState.removed(binding);
    }
    return removed;
  }

  private void removeIfUnused(Exchange exchange) {
    if (exchange.autoDelete() && exchange.bindings().isEmpty()) {
      remove(exchange);
    }
  }

  /** What of it outlives the process. */
  public DurableState durable() {
    return durableState;
  }

  /** Writes what there is still to write. No connection is open any more. */
  public void close() {
    try {
      queues.values().forEach(Queue::closing);
    } catch (StoreException e) {
      LOG.debug("Nothing more can be written", e);
    }
    durableState.close();
  }
}
