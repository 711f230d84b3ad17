package io.pipeforce.broker.wire;

/** The bytes of a frame do not hold what their type says. */
public sealed class MalformedFrameException extends RuntimeException
    permits MalformedTableException, TooDeepException {
  public MalformedFrameException(String message) {
    super(message, null, false, false);
  }
}
