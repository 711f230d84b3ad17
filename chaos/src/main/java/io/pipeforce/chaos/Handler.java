package io.pipeforce.chaos;

/** The handlers of {@link ChaosService}; their order is the number in the journals. */
enum Handler {
  FAST,
  SECOND,
  ORDERED,
  FLAKY,
  REJECT,
  RELAY,
  ECHO,
  SLOW,
  POISON,
  ANSWER;

  String method() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** As dead letters and the ledger name it. */
  String qualified() {
    return "ChaosService." + method();
  }

  String queue() {
    return "pipeforce.service." + Names.SERVICE + "." + qualified();
  }
}
