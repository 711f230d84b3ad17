package io.pipeforce.hub.commands;

import java.util.UUID;

/** Reads the tokens of webhooks. */
final class Uuids {
  private Uuids() {}

  /**
   * @throws IllegalArgumentException with what is expected
   */
  static UUID parse(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the parameter 'uuid' must be a UUID like 123e4567-e89b-12d3-a456-426614174000", e);
    }
  }
}
