package io.pipeforce.broker.model;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All bindings by where they lead to. Guarded by the topology lock. */
final class Bindings {
  private final TopologyMemory memory;
  private final Map<Destination, Set<Binding>> byDestination = new HashMap<>();

  Bindings(TopologyMemory memory) {
    this.memory = memory;
  }

  /** Answers whether it is new. */
  boolean add(Binding binding) {
    if (binding.source().bindings().contains(binding)) {
      return false;
    }
    memory.add(binding);
    binding.source().add(binding);
    byDestination.computeIfAbsent(binding.destination(), _ -> new LinkedHashSet<>()).add(binding);
    return true;
  }

  /** Answers whether it was there. */
  boolean remove(Binding binding) {
    if (!binding.source().remove(binding)) {
      return false;
    }
    memory.remove(binding);
    byDestination.computeIfPresent(
        binding.destination(),
        (_, bindings) -> {
          bindings.remove(binding);
          return bindings.isEmpty() ? null : bindings;
        });
    return true;
  }

  List<Binding> to(Destination destination) {
    return List.copyOf(byDestination.getOrDefault(destination, Set.of()));
  }

  List<Binding> all() {
    return byDestination.values().stream().flatMap(Set::stream).toList();
  }
}
