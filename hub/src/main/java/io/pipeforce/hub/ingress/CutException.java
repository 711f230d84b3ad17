package io.pipeforce.hub.ingress;

/** An answer ended before it was whole. */
final class CutException extends Exception {
  private static final long serialVersionUID = 1L;

  CutException(String message, Throwable cause) {
    super(message, cause);
  }
}
