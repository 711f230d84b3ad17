package io.pipeforce.broker.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Changes that are written together, and so all or none. What comes and goes within one batch
 * leaves no trace: a message that is handled at once costs no write.
 */
final class Batch {
  private final Map<Long, Change.PutMessage> messages = new LinkedHashMap<>();
  private final Set<Long> removed = new LinkedHashSet<>();
  private final Map<Long, Integer> returns = new LinkedHashMap<>();
  private final List<Change> definitions = new ArrayList<>();

  static Batch of(List<Change> changes) {
    Batch batch = new Batch();
    changes.forEach(batch::add);
    return batch;
  }

  private void add(Change change) {
    switch (change) {
      case Change.PutMessage put -> messages.put(put.key(), put);
      case Change.RemoveMessage(long key) -> {
        returns.remove(key);
        if (messages.remove(key) == null) {
          removed.add(key);
        }
      }
      case Change.CountReturns(long key, int count) -> returns.put(key, count);
      case Change.PutDefinition put -> definitions.add(put);
      case Change.RemoveDefinition remove -> definitions.add(remove);
    }
  }

  Iterable<Change.PutMessage> messages() {
    return messages.values();
  }

  Set<Long> removed() {
    return removed;
  }

  Map<Long, Integer> returns() {
    return returns;
  }

  /** In the order in which they were made. */
  List<Change> definitions() {
    return definitions;
  }
}
