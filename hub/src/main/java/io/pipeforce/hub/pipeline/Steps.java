package io.pipeforce.hub.pipeline;

import java.util.List;

/** Steps that a command runs itself, as often as it likes. */
public final class Steps {
  private final String source;
  private final List<Step> steps;

  Steps(String source, List<Step> steps) {
    this.source = source;
    this.steps = List.copyOf(steps);
  }

  /**
   * Runs them one after the other.
   *
   * @throws StepFailedException when one fails and its {@code onError} lets it
   */
  public void run(Scope scope) throws InterruptedException {
    Runner.run(source, steps, scope);
  }
}
