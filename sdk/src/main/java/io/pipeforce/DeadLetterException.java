package io.pipeforce;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler that knows that no retry will help: the message goes to the dead-letter queue
 * at once, with this exception's message as the reason.
 */
public class DeadLetterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DeadLetterException(String reason) {
    this(reason, null);
  }

  public DeadLetterException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
  }
}
