package io.pipeforce.hub.pipeline;

import java.util.List;
import java.util.stream.Collectors;

/** A pipeline that is wrong, with all that is wrong. Nothing of it has run. */
public final class PipelineProblemsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * @param source the name of the text, as in {@code deploy.yaml}
   */
  public PipelineProblemsException(String source, List<Problem> problems) {
    super(problems.stream().map(problem -> problem.in(source)).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** In the order of the text. */
  public List<Problem> problems() {
    return problems;
  }
}
