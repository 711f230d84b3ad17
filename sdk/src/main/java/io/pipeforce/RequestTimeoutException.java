package io.pipeforce;

import org.jspecify.annotations.Nullable;

/** No answer to a request came in time. The handler may still be working on it. */
public class RequestTimeoutException extends MessagingException {
  private static final long serialVersionUID = 1L;

  public RequestTimeoutException(String message) {
    this(message, null);
  }

  public RequestTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
