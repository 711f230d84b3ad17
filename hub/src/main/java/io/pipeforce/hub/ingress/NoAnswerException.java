package io.pipeforce.hub.ingress;

/** An instance could not be reached, or ended before it answered. */
final class NoAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String message, Throwable cause) {
    super(message, cause);
  }
}
