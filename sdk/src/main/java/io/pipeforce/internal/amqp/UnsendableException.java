package io.pipeforce.internal.amqp;

import io.pipeforce.MessagingException;

/** A message does not fit into the wire format, for example because its headers exceed a frame. */
final class UnsendableException extends MessagingException {
  private static final long serialVersionUID = 1L;

  UnsendableException(String message) {
    super(message);
  }

  UnsendableException(String message, Throwable cause) {
    super(message, cause);
  }
}
