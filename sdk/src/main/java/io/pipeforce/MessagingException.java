package io.pipeforce;

import org.jspecify.annotations.Nullable;

/** Something about sending or receiving messages failed; the subclasses say what. */
public class MessagingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MessagingException(String message) {
    this(message, null);
  }

  public MessagingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
