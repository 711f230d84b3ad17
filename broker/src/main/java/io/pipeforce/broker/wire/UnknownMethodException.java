package io.pipeforce.broker.wire;

/**
 * There is no such method, or a table among its arguments cannot be read; RabbitMQ ends the
 * connection without a word.
 */
public final class UnknownMethodException extends RuntimeException {
  UnknownMethodException(int classId, int methodId) {
    this("class %d has no method %d".formatted(classId, methodId));
  }

  UnknownMethodException(String message) {
    super(message, null, false, false);
  }
}
