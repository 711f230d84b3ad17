package io.pipeforce.broker.model;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

final class DirectRouter implements Router {
  private final Map<String, BindingList> byKey = new ConcurrentHashMap<>();

  @Override
  public void add(Binding binding) {
    byKey.computeIfAbsent(binding.routingKey(), _ -> new BindingList()).add(binding);
  }

  @Override
  public void remove(Binding binding) {
    BindingList bindings = byKey.get(binding.routingKey());
    if (bindings != null) {
      bindings.remove(binding);
      if (bindings.isEmpty()) {
        byKey.remove(binding.routingKey());
      }
    }
  }

  @Override
  public void route(Message message, Consumer<Destination> found) {
    for (String key : message.routingKeys()) {
      BindingList bindings = byKey.get(key);
      if (bindings != null) {
        bindings.forEach(binding -> found.accept(binding.destination()));
      }
    }
  }
}
