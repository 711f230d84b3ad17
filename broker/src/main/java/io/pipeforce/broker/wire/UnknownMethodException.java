package io.pipeforce.broker.wire;

/** There is no such method; RabbitMQ ends the connection without a word. */
public final class UnknownMethodException extends RuntimeException {
  UnknownMethodException(int classId, int methodId) {
    super("class %d has no method %d".formatted(classId, methodId), null, false, false);
  }
}
