package io.pipeforce.broker.session;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.Method;
import io.pipeforce.broker.wire.ReplyCode;
import org.jspecify.annotations.Nullable;

/** A reason to close the whole connection, with the method that gave it. */
final class CommandException extends RuntimeException {
  private final AmqpException error;
  private final transient @Nullable Method method;

  CommandException(AmqpException error, @Nullable Method method) {
    super(error.getMessage(), null, false, false);
    this.error = error;
    this.method = method;
  }

  AmqpException error() {
    return error;
  }

  static CommandException of(ReplyCode code, String explanation) {
    return new CommandException(new AmqpException(code, explanation), null);
  }

  int classId() {
    return method == null ? 0 : method.classId();
  }

  int methodId() {
    return method == null ? 0 : method.methodId();
  }
}
