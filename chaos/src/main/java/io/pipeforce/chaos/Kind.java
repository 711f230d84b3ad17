package io.pipeforce.chaos;

import java.util.List;

/** What a message is meant for; it decides the routing key, and with it the handlers. */
enum Kind {
  /** Handled by one handler. */
  FAST,
  /** Handled by two handlers that match the same key. */
  BOTH,
  /** Handled in order. */
  ORDERED,
  /** Fails a few times. */
  FLAKY,
  /** Refused by its handler at once. */
  REJECT,
  /** Its handler publishes an event, which another one handles. */
  RELAY,
  /** Takes long, maybe longer than it may. */
  SLOW,
  /** Kills the JVM that handles it. */
  POISON;

  String key() {
    return "chaos." + name().toLowerCase(java.util.Locale.ROOT);
  }

  List<Handler> handlers() {
    return switch (this) {
      case FAST -> List.of(Handler.FAST);
      case BOTH -> List.of(Handler.FAST, Handler.SECOND);
      case ORDERED -> List.of(Handler.ORDERED);
      case FLAKY -> List.of(Handler.FLAKY);
      case REJECT -> List.of(Handler.REJECT);
      case RELAY -> List.of(Handler.RELAY);
      case SLOW -> List.of(Handler.SLOW);
      case POISON -> List.of(Handler.POISON);
    };
  }
}
