package io.pipeforce.broker.model;

import java.util.Arrays;

/** Bindings that are read far more often than changed: every change makes a new array. */
final class BindingList {
  private static final Binding[] NONE = {};

  private volatile Binding[] bindings = NONE;

  void add(Binding binding) {
    Binding[] longer = Arrays.copyOf(bindings, bindings.length + 1);
    longer[bindings.length] = binding;
    bindings = longer;
  }

  void remove(Binding binding) {
    bindings =
        Arrays.stream(bindings).filter(other -> !other.equals(binding)).toArray(Binding[]::new);
  }

  boolean isEmpty() {
    return bindings.length == 0;
  }

  /** Never changed by anyone. */
  Binding[] snapshot() {
    return bindings;
  }
}
