package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges, queues and bindings of the one virtual host {@code /}.
 *
 * <p>Changes are made under one lock; looking up and routing take none. Texts of errors are those
 * of {@code rabbit_channel.erl}, {@code rabbit_amqqueue.erl} and {@code rabbit_exchange.erl}.
 */
public final class VirtualHost {
  public static final String NAME = "/";
  private static final String RESERVED = "amq.";

  private final Timers timers;
  private final MemoryGauge memory;
  private final ReentrantLock topology = new ReentrantLock();
  private final Map<String, Exchange> exchanges = new ConcurrentHashMap<>();
  private final Map<String, Queue> queues = new ConcurrentHashMap<>();
  private final Map<Destination, Set<Binding>> bindingsTo = new HashMap<>();

  public VirtualHost(Timers timers, MemoryGauge memory) {
    this.timers = timers;
    this.memory = memory;
    predefine("", ExchangeType.DIRECT, false);
    predefine("amq.direct", ExchangeType.DIRECT, false);
    predefine("amq.fanout", ExchangeType.FANOUT, false);
    predefine("amq.topic", ExchangeType.TOPIC, false);
    predefine("amq.headers", ExchangeType.HEADERS, false);
    predefine("amq.match", ExchangeType.HEADERS, false);
    predefine("amq.rabbitmq.trace", ExchangeType.TOPIC, true);
  }

  private void predefine(String name, ExchangeType type, boolean internal) {
    exchanges.put(name, new Exchange(name, type, true, false, internal, FieldTable.EMPTY));
  }

  Timers timers() {
    return timers;
  }

  public MemoryGauge memory() {
    return memory;
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
    return exchange(name)
        .orElseThrow(() ->
            new AmqpException(
                ReplyCode.NOT_FOUND, "no exchange '%s' in vhost '%s'".formatted(name, NAME)));
  }

  /**
   * @throws AmqpException 404
   */
  public Queue existingQueue(String name) {
    return queue(name)
        .orElseThrow(() ->
            new AmqpException(
                ReplyCode.NOT_FOUND, "no queue '%s' in vhost '%s'".formatted(name, NAME)));
  }

  /**
   * A queue that a connection may work with.
   *
   * @throws AmqpException 404, or 405 when it is exclusive to another connection
   */
  public Queue accessibleQueue(String name, @Nullable Object connection) {
    Queue queue = existingQueue(name);
    if (queue.exclusive() && !queue.isOwnedBy(connection)) {
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
    refuseDefault(name);
    topology.lock();
    try {
      Exchange existing = exchanges.get(name);
      if (existing == null) {
        refuseReserved("exchange", name);
        checkName(arguments, "alternate-exchange", "exchange", name);
        existing = new Exchange(name, type, durable, autoDelete, internal, arguments);
        exchanges.put(name, existing);
        return existing;
      }
      Equivalence.check(existing, "type", existing.type().text(), type.text());
      Equivalence.check(existing, "durable", existing.durable(), durable);
      Equivalence.check(existing, "auto_delete", existing.autoDelete(), autoDelete);
      Equivalence.check(existing, "internal", existing.internal(), internal);
      Equivalence.checkArguments(
          existing, List.of("alternate-exchange"), existing.arguments(), arguments);
      return existing;
    } finally {
      topology.unlock();
    }
  }

  /**
   * @throws AmqpException 404, or 403 for the default exchange
   */
  public void checkExchange(String name) {
    refuseDefault(name);
    existingExchange(name);
  }

  /**
   * Deletes an exchange with its bindings; one that is not there counts as deleted.
   *
   * @throws AmqpException 403 for a predefined one, 406 when it is in use
   */
  public void deleteExchange(String name, boolean ifUnused) {
    refuseDefault(name);
    if (name.startsWith(RESERVED)) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED,
          "deletion of system exchange '%s' in vhost '%s' not allowed".formatted(name, NAME));
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
    for (Binding binding : List.copyOf(exchange.bindings())) {
      exchange.remove(binding);
      forget(binding);
    }
    removeBindingsTo(exchange);
  }

  /** A queue and whether this call made it. */
  public record Declared(Queue queue, boolean isNew) {}

  /**
   * Makes a queue, or checks that the one there is the same.
   *
   * @param owner the connection to which it is exclusive, or null
   * @throws AmqpException 403 for a reserved name, 405 when it is another connection's, 406 when it
   *     differs or its arguments are wrong
   */
  public Declared declareQueue(
      String name,
      boolean serverNamed,
      boolean durable,
      boolean autoDelete,
      @Nullable Object owner,
      FieldTable arguments) {
    if (!serverNamed) {
      refuseReserved("queue", name);
    }
    // RabbitMQ does so: an exclusive queue is never durable, whatever it was declared as.
    boolean isDurable = durable && owner == null;
    topology.lock();
    try {
      Queue existing = queues.get(name);
      if (existing != null) {
        existing.touch();
        checkSame(existing, isDurable, autoDelete, owner, arguments);
        return new Declared(existing, false);
      }
      String described = "queue '%s' in vhost '%s'".formatted(name, NAME);
      checkName(arguments, "x-dead-letter-exchange", "queue", name);
      QueueArguments.check(described, arguments);
      if (QueueArguments.type(arguments) == QueueType.QUORUM) {
        refuse(autoDelete, "auto-delete", described);
        refuse(owner != null, "exclusive-owner", described);
        refuse(!isDurable, "non-durable", described);
      }
      Queue queue = new Queue(name, isDurable, autoDelete, owner, arguments, this);
      queues.put(name, queue);
      return new Declared(queue, true);
    } finally {
      topology.unlock();
    }
  }

  private static void checkSame(
      Queue existing,
      boolean durable,
      boolean autoDelete,
      @Nullable Object owner,
      FieldTable arguments) {
    if (!existing.isOwnedBy(owner)) {
      throw locked(existing);
    }
    Equivalence.check(existing, "durable", existing.durable(), durable);
    Equivalence.check(existing, "auto_delete", existing.autoDelete(), autoDelete);
    Equivalence.checkArguments(
        existing, QueueArguments.understoodBy(existing.type()), existing.arguments(), arguments);
  }

  private static void refuse(boolean condition, String property, String described) {
    if (condition) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "invalid property '%s' for %s".formatted(property, described));
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
    queues.values().stream()
        .filter(queue -> queue.isOwnedBy(connection))
        .toList()
        .forEach(queue -> deleteQueue(queue, false, false));
  }

  /** The same for whoever may delete any queue. */
  public int deleteQueue(Queue queue, boolean ifUnused, boolean ifEmpty) {
    Queue.Ending ending;
    topology.lock();
    try {
      ending = queue.close(ifUnused, ifEmpty);
      queues.remove(queue.name(), queue);
      removeBindingsTo(queue);
    } finally {
      topology.unlock();
    }
    ending.subscriptions().forEach(subscription -> subscription.receiver().cancelled());
    return ending.messages();
  }

  /**
   * Binds; a binding that is there already stays as it is.
   *
   * @throws AmqpException 403 for the default exchange, 404, 405, or 406 for wrong arguments
   */
  public void bind(
      String source, Destination destination, String routingKey, FieldTable arguments) {
    topology.lock();
    try {
      Exchange exchange = existingExchange(source);
      stillThere(destination);
      if (exchange.type() == ExchangeType.HEADERS) {
        HeadersRouter.check(arguments);
      }
      Binding binding = new Binding(exchange, destination, routingKey, arguments);
      if (exchange.add(binding)) {
        bindingsTo.computeIfAbsent(destination, _ -> new LinkedHashSet<>()).add(binding);
      }
    } finally {
      topology.unlock();
    }
  }

  private void stillThere(Destination destination) {
    switch (destination) {
      case Queue queue -> existingQueue(queue.name());
      case Exchange exchange -> existingExchange(exchange.name());
    }
  }

  /** Unbinds; answers whether there was such a binding. */
  public boolean unbind(
      String source, Destination destination, String routingKey, FieldTable arguments) {
    topology.lock();
    try {
      Exchange exchange = exchanges.get(source);
      if (exchange == null) {
        return false;
      }
      Binding binding = new Binding(exchange, destination, routingKey, arguments);
      if (!exchange.remove(binding)) {
        return false;
      }
      forget(binding);
      removeIfUnused(exchange);
      return true;
    } finally {
      topology.unlock();
    }
  }

  /** All bindings, without those of every queue to the default exchange. */
  public List<Binding> bindings() {
    topology.lock();
    try {
      List<Binding> all = new ArrayList<>();
      exchanges.values().forEach(exchange -> all.addAll(exchange.bindings()));
      return all;
    } finally {
      topology.unlock();
    }
  }

  private void removeBindingsTo(Destination destination) {
    Set<Binding> bindings = bindingsTo.remove(destination);
    if (bindings != null) {
      for (Binding binding : bindings) {
        binding.source().remove(binding);
        removeIfUnused(binding.source());
      }
    }
  }

  private void removeIfUnused(Exchange exchange) {
    if (exchange.autoDelete() && exchange.bindings().isEmpty()) {
      remove(exchange);
    }
  }

  private void forget(Binding binding) {
    bindingsTo.computeIfPresent(
        binding.destination(),
        (_, bindings) -> {
          bindings.remove(binding);
          return bindings.isEmpty() ? null : bindings;
        });
  }

  /**
   * @throws AmqpException 403
   */
  public static void refuseDefault(String exchange) {
    if (exchange.isEmpty()) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED, "operation not permitted on the default exchange");
    }
  }

  private static void refuseReserved(String kind, String name) {
    if (name.startsWith(RESERVED)) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED,
          "%s name '%s' contains reserved prefix 'amq.*'".formatted(kind, name));
    }
  }

  private static void checkName(FieldTable arguments, String argument, String kind, String name) {
    Field value = arguments.get(argument);
    if (value != null && arguments.text(argument).isEmpty()) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "invalid type '%s' for arg '%s' in %s '%s' in vhost '%s'"
              .formatted(value.typeName(), argument, kind, name, NAME));
    }
  }
}
