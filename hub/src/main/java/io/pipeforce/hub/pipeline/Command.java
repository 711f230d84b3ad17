package io.pipeforce.hub.pipeline;

/**
 * Something that the hub can do, alone or as a step of a pipeline. Used by many threads.
 *
 * @param <A> a record with the parameters, each with its {@link Param}
 */
public interface Command<A extends Record> {
  /** Words with points between them: {@code service.start}. */
  String name();

  /** What it does, one sentence. */
  String about();

  Class<A> arguments();

  /**
   * Does it. May block; an interrupt ends it.
   *
   * @throws CommandException when it cannot be done, with a message for whoever wrote the pipeline
   */
  Outcome run(A arguments, Scope scope) throws InterruptedException;
}
