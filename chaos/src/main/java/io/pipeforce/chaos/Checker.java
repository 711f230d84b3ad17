package io.pipeforce.chaos;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares what was confirmed with what was handled, dead-lettered and left over. Knows nothing but
 * journals and queues.
 */
final class Checker {
  private static final int EXAMPLES = 5;

  private final Traffic traffic;
  private final Evidence evidence;
  private final Leftovers leftovers;
  private final Map<Handler, BitSet> dead = new EnumMap<>(Handler.class);
  private final List<String> problems = new ArrayList<>();
  private long lost;

  /**
   * What was found.
   *
   * @param lost messages of which a handler that should have handled them knows nothing
   * @param collateral dead letters by reason, of messages that only had bad luck: the deliveries of
   *     one that was in flight whenever its process was killed are counted, too
   * @param deadLetters by what they were meant to be
   * @param problems what is wrong, in words; empty when all is well
   */
  record Verdict(
      long lost,
      Map<String, Integer> deadLetters,
      Map<String, Integer> collateral,
      int duplicateDeadLetters,
      List<String> problems) {
    Verdict {
      problems = List.copyOf(problems);
    }

    boolean good() {
      return problems.isEmpty();
    }
  }

  private Checker(Traffic traffic, Evidence evidence, Leftovers leftovers) {
    this.traffic = traffic;
    this.evidence = evidence;
    this.leftovers = leftovers;
  }

  static Verdict check(Traffic traffic, Evidence evidence, Leftovers leftovers) {
    return new Checker(traffic, evidence, leftovers).check();
  }

  /** The messages of a kind that this handler has to see, of those that were confirmed. */
  static BitSet expected(Traffic traffic, Evidence evidence, Handler handler) {
    return switch (handler) {
      case ECHO -> {
        BitSet echoes = expected(traffic, evidence, Handler.RELAY);
        echoes.or(evidence.handled(Handler.RELAY));
        yield echoes;
      }
      case ANSWER -> evidence.answered();
      default -> {
        BitSet ids = evidence.confirmed();
        ids.stream()
            .filter(id -> !traffic.kind(id).handlers().contains(handler))
            .forEach(ids::clear);
        yield ids;
      }
    };
  }

  /** How many messages each handler still has to handle, without those that are meant to die. */
  static Map<Handler, Integer> openByHandler(Traffic traffic, Evidence evidence) {
    Map<Handler, Integer> open = new EnumMap<>(Handler.class);
    for (Handler handler : Handler.values()) {
      BitSet ids = expected(traffic, evidence, handler);
      ids.andNot(evidence.handled(handler));
      if (handler != Handler.ECHO && handler != Handler.ANSWER) {
        ids.stream().filter(id -> traffic.death(id).isPresent()).forEach(ids::clear);
      }
      if (!ids.isEmpty()) {
        open.put(handler, ids.cardinality());
      }
    }
    return open;
  }

  static int open(Traffic traffic, Evidence evidence) {
    return openByHandler(traffic, evidence).values().stream().mapToInt(Integer::intValue).sum();
  }

  private Verdict check() {
    Map<String, Integer> meant = new TreeMap<>();
    Map<String, Integer> collateral = new TreeMap<>();
    int duplicates = 0;
    for (Leftovers.Dead letter : leftovers.dead()) {
      BitSet ids = dead.computeIfAbsent(letter.handler(), key -> new BitSet());
      if (ids.get(letter.id())) {
        duplicates++;
        continue;
      }
      ids.set(letter.id());
      judge(letter, meant, collateral);
    }
    for (Handler handler : Handler.values()) {
      account(handler);
    }
    missing("requests without an answer", new BitSet(), unanswered());
    int waiting = leftovers.waitingCount();
    if (waiting > 0) {
      problems.add(waiting + " messages were left in the handlers' queues");
    }
    if (leftovers.delayed() > 0) {
      problems.add(leftovers.delayed() + " messages were left in the delay queues");
    }
    List<String> disorder = evidence.order().violations(evidence.outOfOrder());
    if (!disorder.isEmpty()) {
      problems.add(
          "order: "
              + disorder.size()
              + " violations, such as: "
              + disorder.subList(0, Math.min(EXAMPLES, disorder.size())));
    }
    return new Verdict(lost, meant, collateral, duplicates, problems);
  }

  private BitSet unanswered() {
    BitSet ids = new BitSet();
    ids.set(0, traffic.requests());
    ids.andNot(evidence.answered());
    return ids;
  }

  private void judge(
      Leftovers.Dead letter, Map<String, Integer> meant, Map<String, Integer> collateral) {
    boolean request = letter.handler() == Handler.ANSWER;
    String death = request ? "" : traffic.death(letter.id()).orElse("");
    boolean poison = !request && traffic.kind(letter.id()) == Kind.POISON;
    boolean limit =
        letter.reason().equals("delivery_limit")
            || letter.reason().contains("it seems to kill the process");
    if (!death.isEmpty() && letter.reason().contains(death)) {
      meant.merge(death, 1, Integer::sum);
    } else if (poison && limit) {
      meant.merge("kills the process: " + letter.reason(), 1, Integer::sum);
    } else if (limit) {
      collateral.merge(letter.handler() + ": " + letter.reason(), 1, Integer::sum);
    } else {
      problems.add("a dead letter that was not meant to be one: " + letter);
    }
  }

  private void account(Handler handler) {
    BitSet missing = expected(traffic, evidence, handler);
    missing.andNot(evidence.handled(handler));
    missing.andNot(dead.getOrDefault(handler, new BitSet()));
    missing.andNot(leftovers.waiting(handler));
    missing("LOST by " + handler.method(), evidence.outOfOrder(), missing);
    lost += missing.cardinality();
  }

  private void missing(String what, BitSet noted, BitSet ids) {
    if (!ids.isEmpty()) {
      problems.add(
          ids.cardinality()
              + " "
              + what
              + ", such as "
              + ids.stream()
                  .limit(EXAMPLES)
                  .mapToObj(id -> id + (noted.get(id) ? " (published again)" : ""))
                  .toList());
    }
  }
}
