package io.pipeforce.bench;

import org.jspecify.annotations.Nullable;

/** A run that gave no figure. */
public final class MeasurementException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MeasurementException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
