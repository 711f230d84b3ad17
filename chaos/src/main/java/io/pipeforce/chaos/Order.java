package io.pipeforce.chaos;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** In which order messages were handled, over all processes. */
final class Order {
  private final List<Entry> entries = new ArrayList<>();

  void add(Entry entry) {
    entries.add(entry);
  }

  /**
   * Whenever a message is handled for the first time, none that was published later may have been
   * handled before.
   *
   * @param exempt those that the producer itself had to publish later than their successors
   * @return what is wrong
   */
  List<String> violations(BitSet exempt) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::micros));
    List<String> violations = new ArrayList<>();
    BitSet seen = new BitSet();
    int last = -1;
    for (Entry entry : sorted) {
      int id = entry.id();
      if (seen.get(id) || exempt.get(id)) {
        continue;
      }
      seen.set(id);
      if (id < last) {
        violations.add("message " + id + " was handled for the first time after " + last);
      }
      last = Math.max(last, id);
    }
    return violations;
  }
}
