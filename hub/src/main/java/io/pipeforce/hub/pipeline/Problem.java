package io.pipeforce.hub.pipeline;

/**
 * Something wrong in a text, for the person who wrote it.
 *
 * @param at where
 * @param what what is wrong and what to do
 */
public record Problem(Location at, String what) {
  /** As compilers print it. */
  public String in(String source) {
    return source + ":" + at + ": " + what;
  }
}
