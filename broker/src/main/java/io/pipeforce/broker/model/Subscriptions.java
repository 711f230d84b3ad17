package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ReplyCode;
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
  private final boolean isQuorum;
  private final Set<Subscription> all = new LinkedHashSet<>();
  private final TreeMap<Integer, ArrayDeque<Subscription>> rounds =
      new TreeMap<>(Comparator.reverseOrder());

  /** For a single active consumer: who comes next, by priority and then age. */
  private final TreeMap<Integer, LinkedHashSet<Subscription>> candidates =
      new TreeMap<>(Comparator.reverseOrder());

  private @Nullable Subscription active;
  private int exclusives;

  /** How many in the rounds have been removed. */
  private int gone;

  Subscriptions(QueueSettings settings) {
    singleActive = settings.singleActiveConsumer();
    isQuorum = settings.isQuorum();
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
    candidates.clear();
    exclusives = 0;
    gone = 0;
    active = null;
    return removed;
  }

  /**
   * A quorum queue of RabbitMQ 4.0 knows no exclusive consumers.
   *
   * @throws AmqpException 403 when the queue is in exclusive use or cannot be
   */
  void requireRoomFor(Subscription subscription) {
    boolean refused = subscription.exclusive() ? singleActive || !all.isEmpty() : exclusives > 0;
    if (refused && !isQuorum) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED, subscription.queue().described() + " in exclusive use");
    }
  }

  boolean isActive(Subscription subscription) {
    return !singleActive || subscription.equals(active);
  }

  void add(Subscription subscription) {
    all.add(subscription);
    exclusives += subscription.exclusive() ? 1 : 0;
    if (singleActive) {
      candidates
          .computeIfAbsent(subscription.priority(), _ -> new LinkedHashSet<>())
          .add(subscription);
      elect();
    } else {
      round(subscription).add(subscription);
    }
  }

  boolean remove(Subscription subscription) {
    if (!all.remove(subscription)) {
      return false;
    }
    exclusives -= subscription.exclusive() ? 1 : 0;
    if (singleActive) {
      candidates.computeIfPresent(
          subscription.priority(),
          (_, ofPriority) -> {
            ofPriority.remove(subscription);
            return ofPriority.isEmpty() ? null : ofPriority;
          });
    } else if (!subscription.parked()) {
      leaveRound();
    }
    if (subscription.equals(active)) {
      active = null;
      elect();
    }
    return true;
  }

  /**
   * One in a round is gone. To look for it there costs too much; it is passed over when it is its
   * turn, and all of its kind are taken out when they are the most.
   */
  private void leaveRound() {
    gone++;
    if (gone > all.size()) {
      rounds.values().forEach(round -> round.removeIf(each -> !all.contains(each)));
      rounds.values().removeIf(ArrayDeque::isEmpty);
      gone = 0;
    }
  }

  /** Back into the round, at its end. */
  void resume(Subscription subscription) {
    if (singleActive) {
      elect();
    } else if (subscription.parked() && all.contains(subscription)) {
      subscription.parked(false);
      round(subscription).add(subscription);
    }
  }

  /** The one that gets the next message, which must follow; null when none can. */
  @Nullable Subscription next() {
    if (singleActive) {
      return active != null && !isStepDownDue() && active.reserve() ? active : null;
    }
    for (var turns = rounds.values().iterator(); turns.hasNext(); turns.remove()) {
      ArrayDeque<Subscription> round = turns.next();
      for (Subscription next = round.poll(); next != null; next = round.poll()) {
        if (!all.contains(next)) {
          gone--;
        } else if (next.reserve()) {
          round.add(next);
          return next;
        } else {
          next.parked(true);
        }
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

  /** In a quorum queue a higher one takes over. */
  private boolean isStepDownDue() {
    Subscription highest = highest();
    return isQuorum && active != null && highest != null && highest.priority() > active.priority();
  }

  private @Nullable Subscription highest() {
    return candidates.isEmpty() ? null : candidates.firstEntry().getValue().getFirst();
  }

  private ArrayDeque<Subscription> round(Subscription subscription) {
    return rounds.computeIfAbsent(subscription.priority(), _ -> new ArrayDeque<>());
  }
}
