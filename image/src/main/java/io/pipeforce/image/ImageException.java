package io.pipeforce.image;

import java.io.IOException;

/** An image cannot be had, kept, sent or unpacked; the message says why and what to do. */
public final class ImageException extends IOException {
  private static final long serialVersionUID = 1L;

  ImageException(String message) {
    super(message);
  }

  ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
