package io.pipeforce.internal.dispatch;

/** A body cannot be read as the type that the handler takes; no retry will change that. */
public final class UndecodableException extends Exception {
  private static final long serialVersionUID = 1L;

  UndecodableException(String message, Throwable cause) {
    super(message, cause);
  }
}
