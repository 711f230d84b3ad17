package io.pipeforce.hub.pipeline;

import org.jspecify.annotations.Nullable;

/** What a command answers. */
public sealed interface Outcome {
  /** Nothing: the body stays as it was. */
  record Unchanged() implements Outcome {}

  /** The next body. */
  record Body(@Nullable Object value) implements Outcome {}

  Outcome UNCHANGED = new Unchanged();

  static Outcome body(@Nullable Object value) {
    return new Body(value);
  }
}
