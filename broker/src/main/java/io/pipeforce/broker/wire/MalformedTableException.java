package io.pipeforce.broker.wire;

/** The fields of a table cannot be told apart, or hold what there is no value for. */
public final class MalformedTableException extends MalformedFrameException {
  MalformedTableException(String message) {
    super(message);
  }
}
