package io.pipeforce.hub.pipeline;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs steps one after the other, each one's output becoming the body of the next. */
final class Runner {
  private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

  private static final List<Duration> RETRIES =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));

  private Runner() {}

  static void run(String source, List<Step> steps, Scope scope) throws InterruptedException {
    for (Step step : steps) {
      try {
        if (step.condition().isEmpty()
            || Values.holds(step.condition().get().evaluate(scope.names()))) {
          attempt(source, step, scope);
        }
      } catch (StepFailedException e) {
        // One of its own steps: it has said where.
        settle(source, step, e, e);
      } catch (RuntimeException e) {
        settle(source, step, e, new StepFailedException(source, step.at(), name(step), e));
      }
    }
  }

  private static String name(Step step) {
    return step.bound().command().name();
  }

  private static void settle(
      String source, Step step, RuntimeException error, StepFailedException failure) {
    switch (step.onError()) {
      case THROW, RETRY -> throw failure;
      case LOG -> LOG.warn("{}:{}: {} failed, going on", source, step.at(), name(step), error);
      case IGNORE -> LOG.debug("{}:{}: {} failed", source, step.at(), name(step), error);
    }
  }

  private static void attempt(String source, Step step, Scope scope) throws InterruptedException {
    List<Duration> pauses = step.onError() == OnError.RETRY ? RETRIES : List.of();
    for (Duration pause : pauses) {
      try {
        once(step, scope);
        return;
      } catch (RuntimeException e) {
        LOG.warn(
            "{}:{}: {} failed, again in {} s", source, step.at(), name(step), pause.toSeconds(), e);
        Thread.sleep(pause);
      }
    }
    once(step, scope);
  }

  private static void once(Step step, Scope scope) throws InterruptedException {
    switch (call(step.bound(), step.timeout().orElse(null), scope)) {
      case Outcome.Unchanged _ -> {}
      case Outcome.Body(Object value) ->
          step.variable().ifPresentOrElse(name -> scope.var(name, value), () -> scope.body(value));
    }
    step.eval().ifPresent(eval -> eval.evaluate(scope.names()));
  }

  private static <A extends Record> Outcome call(
      Step.Bound<A> bound, @Nullable Duration timeout, Scope scope) throws InterruptedException {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    bound
        .arguments()
        .forEach((name, prepared) -> values.put(name, prepared.evaluate(scope.names())));
    A arguments = bound.parameters().bind(values);
    return timeout == null
        ? bound.command().run(arguments, scope)
        : within(timeout, bound.command(), arguments, scope);
  }

  /** On a thread of its own, which is interrupted when it takes too long. */
  private static <A extends Record> Outcome within(
      Duration timeout, Command<A> command, A arguments, Scope scope) throws InterruptedException {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                outcome.complete(command.run(arguments, scope));
              } catch (InterruptedException | RuntimeException e) {
                outcome.completeExceptionally(e);
              }
            });
    try {
      return outcome.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new CommandException("took longer than its timeout of " + timeout, e);
    } catch (InterruptedException e) {
      thread.interrupt();
      throw e;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new CommandException(String.valueOf(e.getCause()), e.getCause());
    }
  }
}
