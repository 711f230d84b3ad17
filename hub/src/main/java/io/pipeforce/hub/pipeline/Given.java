package io.pipeforce.hub.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * A parameter that can be left out and that can be anything, null as well: what is missing is
 * something else than what is there and null.
 */
public record Given(boolean isThere, @Nullable Object value) {
  /** Left out. */
  public static final Given NOT = new Given(false, null);

  /** There. */
  public static Given of(@Nullable Object value) {
    return new Given(true, value);
  }

  /** What was given, null as well; else the other. */
  public @Nullable Object orElse(@Nullable Object other) {
    return isThere ? value : other;
  }
}
