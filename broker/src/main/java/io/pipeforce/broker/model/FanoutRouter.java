package io.pipeforce.broker.model;

import java.util.function.Consumer;

final class FanoutRouter implements Router {
  private final BindingList bindings = new BindingList();

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
    bindings.forEach(binding -> found.accept(binding.destination()));
  }
}
