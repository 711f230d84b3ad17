package io.pipeforce.hub.platform;

import org.jspecify.annotations.Nullable;

/** The platform cannot do it; the message says what, where and what to do. */
public final class PlatformException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PlatformException(String message) {
    super(message);
  }

  public PlatformException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
