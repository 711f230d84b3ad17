package io.pipeforce.internal.health;

import io.pipeforce.internal.dispatch.Ledger;
import java.util.Map;

/** What the health server asks the runtime. Called by its threads; must not block. */
public interface HealthSource {
  /** Whether messages would be handled now. */
  boolean ready();

  /** A few words about the connection: {@code connected}, {@code connecting to …}. */
  String state();

  /** The ledger of each handler, by {@code Class.method}. */
  Map<String, Ledger.Entry> handlers();
}
