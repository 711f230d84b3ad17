package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.FieldTable;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Takes messages in and knows where they go. Its bindings change under the topology lock. */
public final class Exchange implements Destination {
  private final String name;
  private final ExchangeType type;
  private final boolean durable;
  private final boolean autoDelete;
  private final boolean internal;
  private final FieldTable arguments;
  private final Optional<String> alternate;
  private final Router router;
  private final Set<Binding> bindings = new LinkedHashSet<>();
  private final ExchangeCounters counters = new ExchangeCounters();

  Exchange(
      String name,
      ExchangeType type,
      boolean durable,
      boolean autoDelete,
      boolean internal,
      FieldTable arguments) {
    this.name = name;
    this.type = type;
    this.durable = durable;
    this.autoDelete = autoDelete;
    this.internal = internal;
    this.arguments = arguments;
    this.alternate = arguments.text("alternate-exchange");
    this.router = type.newRouter();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String kind() {
    return "exchange";
  }

  public ExchangeType type() {
    return type;
  }

  public boolean durable() {
    return durable;
  }

  public boolean autoDelete() {
    return autoDelete;
  }

  /** Whether only other exchanges may publish to it. */
  public boolean internal() {
    return internal;
  }

  public FieldTable arguments() {
    return arguments;
  }

  /** The exchange that gets what this one cannot route. */
  Optional<String> alternate() {
    return alternate;
  }

  public ExchangeCounters counters() {
    return counters;
  }

  public boolean isDefault() {
    return name.isEmpty();
  }

  Router router() {
    return router;
  }

  /** Answers whether it is new. */
  boolean add(Binding binding) {
    boolean added = bindings.add(binding);
    if (added) {
      router.add(binding);
    }
    return added;
  }

  boolean remove(Binding binding) {
    boolean removed = bindings.remove(binding);
    if (removed) {
      router.remove(binding);
    }
    return removed;
  }

  Set<Binding> bindings() {
    return bindings;
  }
}
