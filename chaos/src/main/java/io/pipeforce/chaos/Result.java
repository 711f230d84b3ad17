package io.pipeforce.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run showed.
 *
 * @param sending from the first message to the last confirm, faults included
 * @param total until all was settled
 * @param troubles what went wrong with the parts, or with healing
 */
record Result(
    Options options,
    String broker,
    Traffic traffic,
    List<FaultKind> faults,
    Timeline timeline,
    Evidence evidence,
    Leftovers leftovers,
    Checker.Verdict verdict,
    LedgerCheck ledgers,
    List<Replica> replicas,
    Duration sending,
    Duration total,
    List<String> troubles) {

  /** Everything that is wrong. */
  List<String> problems() {
    List<String> all = new ArrayList<>(verdict.problems());
    all.addAll(ledgers.problems());
    all.addAll(troubles);
    return all;
  }

  boolean good() {
    return problems().isEmpty();
  }
}
