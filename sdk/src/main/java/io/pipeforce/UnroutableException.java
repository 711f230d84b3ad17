package io.pipeforce;

import org.jspecify.annotations.Nullable;

/** A mandatory message or a request reached no queue: no handler is bound for its routing key. */
public class UnroutableException extends MessagingException {
  private static final long serialVersionUID = 1L;

  public UnroutableException(String message) {
    this(message, null);
  }

  public UnroutableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
