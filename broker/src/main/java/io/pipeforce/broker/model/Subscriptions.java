package io.pipeforce.broker.model;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is among the consumers of a queue. Guarded by the queue's lock.
 *
 * <p>Consumers of the highest priority that can receive take turns. One that can't leaves the round
 * until {@link #resume}, so that a thousand idle ones cost nothing.
 */
final class Subscriptions {
  private final boolean singleActive;
  private final boolean higherTakesOver;
  private final Set<Subscription> all = new LinkedHashSet<>();
  private final TreeMap<Integer, ArrayDeque<Subscription>> rounds =
      new TreeMap<>(Comparator.reverseOrder());
  private @Nullable Subscription active;

  Subscriptions(QueueSettings settings) {
    singleActive = settings.singleActiveConsumer();
    higherTakesOver = settings.isQuorum();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  int size() {
    return all.size();
  }

  List<Subscription> snapshot() {
    return List.copyOf(all);
  }

  /** Takes all of them out. */
  List<Subscription> clear() {
    List<Subscription> removed = snapshot();
    all.clear();
    rounds.clear();
    active = null;
    return removed;
  }

  boolean anyExclusive() {
    return all.stream().anyMatch(Subscription::exclusive);
  }

  boolean isActive(Subscription subscription) {
    return !singleActive || subscription.equals(active);
  }

  void add(Subscription subscription) {
    all.add(subscription);
    round(subscription).add(subscription);
    elect();
  }

  boolean remove(Subscription subscription) {
    if (!all.remove(subscription)) {
      return false;
    }
    round(subscription).remove(subscription);
    if (subscription.equals(active)) {
      active = null;
      elect();
    }
    return true;
  }

  /** Back into the round, at its end. */
  void resume(Subscription subscription) {
    if (subscription.parked() && all.contains(subscription)) {
      subscription.parked(false);
      round(subscription).add(subscription);
    }
    if (singleActive) {
      elect();
    }
  }

  /** The one that gets the next message, which must follow; null when none can. */
  @Nullable Subscription next() {
    if (singleActive) {
      return active != null && !isStepDownDue() && active.reserve() ? active : null;
    }
    for (ArrayDeque<Subscription> round : rounds.values()) {
      for (Subscription next = round.poll(); next != null; next = round.poll()) {
        if (next.reserve()) {
          round.add(next);
          return next;
        }
        next.parked(true);
      }
    }
    return null;
  }

  /** A higher one waits only until the active one has settled what it holds. */
  private void elect() {
    if (singleActive && (active == null || (isStepDownDue() && !active.holdsMessages()))) {
      active = highest();
    }
  }

  private boolean isStepDownDue() {
    Subscription highest = highest();
    return higherTakesOver
        && active != null
        && highest != null
        && highest.priority() > active.priority();
  }

  private @Nullable Subscription highest() {
    return all.stream().max(Comparator.comparingInt(Subscription::priority)).orElse(null);
  }

  private ArrayDeque<Subscription> round(Subscription subscription) {
    return rounds.computeIfAbsent(subscription.priority(), _ -> new ArrayDeque<>());
  }
}
