package io.pipeforce;

import org.jspecify.annotations.Nullable;

/** The broker could not be reached, refused the login, or did not confirm a message in time. */
public class BrokerUnavailableException extends MessagingException {
  private static final long serialVersionUID = 1L;

  public BrokerUnavailableException(String message) {
    this(message, null);
  }

  public BrokerUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
