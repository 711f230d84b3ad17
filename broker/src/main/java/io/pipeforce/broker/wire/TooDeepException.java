package io.pipeforce.broker.wire;

/** A table that is no mistake, and more than the stack of a thread may have to bear. */
final class TooDeepException extends MalformedFrameException {
  TooDeepException(String message) {
    super(message);
  }
}
