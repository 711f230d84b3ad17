package io.pipeforce.chaos;

import java.util.List;

/** What a message is meant for; it decides the routing key, and with it the handlers. */
enum Kind {
  /** Handled by one handler. */
  FAST(Handler.FAST),
  /** Handled by two handlers that match the same key. */
  BOTH(Handler.FAST, Handler.SECOND),
  /** Handled in order. */
  ORDERED(Handler.ORDERED),
  /** Fails a few times. */
  FLAKY(Handler.FLAKY),
  /** Refused by its handler at once. */
  REJECT(Handler.REJECT),
  /** Its handler publishes an event, which another one handles. */
  RELAY(Handler.RELAY),
  /** Takes long, maybe longer than it may. */
  SLOW(Handler.SLOW),
  /** Kills the JVM that handles it. */
  POISON(Handler.POISON);

  private final List<Handler> handlers;

  Kind(Handler... handlers) {
    this.handlers = List.of(handlers);
  }

  String key() {
    return "chaos." + name().toLowerCase(java.util.Locale.ROOT);
  }

  List<Handler> handlers() {
    return handlers;
  }
}
