package io.pipeforce.hub.pipeline;

/** A step failed and the pipeline ended there; the message tells which, where and why. */
public final class StepFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StepFailedException(String source, Location at, String command, Throwable cause) {
    super("%s:%s: %s: %s".formatted(source, at, command, cause.getMessage()), cause);
  }
}
