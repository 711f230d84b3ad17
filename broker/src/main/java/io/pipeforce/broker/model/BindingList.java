package io.pipeforce.broker.model;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bindings that are read far more often than changed. A few are an array that every change makes
 * anew; many are a set, in which a change costs no more than in a small one.
 *
 * <p>One thread changes it at a time, any number read meanwhile: they find what was there all
 * along.
 */
final class BindingList {
  private static final Binding[] NONE = {};
  private static final int FEW = 100;

  private volatile Binding[] few = NONE;
  private volatile @Nullable Set<Binding> many;

  void add(Binding binding) {
    Set<Binding> set = many;
    if (set != null) {
      set.add(binding);
    } else if (few.length < FEW) {
      Binding[] longer = Arrays.copyOf(few, few.length + 1);
      longer[few.length] = binding;
      few = longer;
    } else {
      set = ConcurrentHashMap.newKeySet(2 * FEW);
      set.addAll(List.of(few));
      set.add(binding);
      many = set;
      few = NONE;
    }
  }

  void remove(Binding binding) {
    Set<Binding> set = many;
    if (set != null) {
      set.remove(binding);
    } else {
      few = Arrays.stream(few).filter(other -> !other.equals(binding)).toArray(Binding[]::new);
    }
  }

  boolean isEmpty() {
    Set<Binding> set = many;
    return set == null ? few.length == 0 : set.isEmpty();
  }

  void forEach(Consumer<Binding> found) {
    // In this order: they are in one of the two at every moment, and in both for one.
    Binding[] array = few;
    Set<Binding> set = many;
    if (set != null) {
      set.forEach(found);
    } else {
      for (Binding binding : array) {
        found.accept(binding);
      }
    }
  }
}
