package io.pipeforce;

import java.util.List;

/**
 * The service cannot start as it is configured or written. Carries everything that is wrong, not
 * only the first thing.
 */
public class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  public ConfigurationException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** Each problem: what, where, and what to do. */
  public List<String> problems() {
    return problems;
  }
}
