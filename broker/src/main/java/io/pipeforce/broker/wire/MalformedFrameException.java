package io.pipeforce.broker.wire;

/** The bytes of a frame do not hold what their type says. */
public final class MalformedFrameException extends RuntimeException {
  public MalformedFrameException(String message) {
    super(message, null, false, false);
  }
}
