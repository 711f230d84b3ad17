package io.pipeforce;

import org.jspecify.annotations.Nullable;

/** The handler of a request gave up; the message is its reason. */
public class RequestFailedException extends MessagingException {
  private static final long serialVersionUID = 1L;

  public RequestFailedException(String message) {
    this(message, null);
  }

  public RequestFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
