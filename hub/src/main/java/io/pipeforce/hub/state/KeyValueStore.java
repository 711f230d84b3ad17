package io.pipeforce.hub.state;

import java.util.Map;
import java.util.Optional;

/**
 * Small JSON texts that outlive the hub, each under a key. Reading takes no longer than looking
 * into memory. Thread-safe.
 */
public interface KeyValueStore {
  /** What is there now. */
  Map<String, String> all();

  Optional<String> get(String key);

  /**
   * Keeps it, in place of what was there; it is safe when this returns.
   *
   * @param key letters, digits and {@code -}
   * @throws java.io.UncheckedIOException when it cannot be kept
   */
  void put(String key, String value);

  /**
   * Answers whether it was there.
   *
   * @throws java.io.UncheckedIOException when it cannot be removed
   */
  boolean delete(String key);
}
