package io.pipeforce.hub;

/** The hub could not start; the message says why and what to do. */
public final class HubStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HubStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
