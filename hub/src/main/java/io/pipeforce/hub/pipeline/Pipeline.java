package io.pipeforce.hub.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A pipeline that has been checked, all of it. May be run by many threads. */
public final class Pipeline {
  private final Map<String, Prepared> headers;
  private final Map<String, Prepared> vars;
  private final Steps steps;

  Pipeline(Map<String, Prepared> headers, Map<String, Prepared> vars, Steps steps) {
    this.headers = headers;
    this.vars = vars;
    this.steps = steps;
  }

  /**
   * Reads and checks a pipeline.
   *
   * @param source the name of the text, for messages
   * @param text YAML or JSON
   * @throws PipelineProblemsException with all that is wrong
   */
  public static Pipeline read(String source, String text, List<Command<?>> commands) {
    return new Checker(source, commands).pipeline(YamlReader.read(source, text));
  }

  /**
   * Runs it.
   *
   * @param body what the first step finds
   * @param request what expressions see as {@code request}
   * @return the last body
   * @throws StepFailedException when a step fails
   */
  public @Nullable Object run(
      @Nullable Object body, Map<String, ? extends @Nullable Object> request)
      throws InterruptedException {
    Scope empty = new Scope(body, Map.of(), request);
    Map<String, @Nullable Object> evaluated = new LinkedHashMap<>();
    headers.forEach((name, value) -> evaluated.put(name, value.evaluate(empty.names())));
    Scope scope = new Scope(body, evaluated, request);
    vars.forEach((name, value) -> scope.var(name, value.evaluate(scope.names())));
    steps.run(scope);
    return scope.body();
  }
}
