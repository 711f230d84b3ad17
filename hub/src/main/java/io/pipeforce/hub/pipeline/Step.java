package io.pipeforce.hub.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One command of a pipeline, checked.
 *
 * @param at where it stands
 * @param condition skips it when it does not hold
 * @param eval evaluated after it
 * @param variable gets the result in place of the body
 * @param timeout after which it has failed
 */
record Step(
    Location at,
    Bound<?> bound,
    Optional<Prepared> condition,
    OnError onError,
    Optional<Prepared> eval,
    Optional<String> variable,
    Optional<Duration> timeout) {

  /** A command and what it is given. */
  record Bound<A extends Record>(
      Command<A> command, Parameters<A> parameters, Map<String, Prepared> arguments) {}
}
