package io.pipeforce.broker.store;

/** The folder cannot be used, or no longer. The message says which, why and what to do. */
public final class StoreException extends RuntimeException {
  StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  StoreException(String message) {
    super(message);
  }
}
