package io.pipeforce.hub.pipeline;

import org.jspecify.annotations.Nullable;

/** A command could not do what it was asked for; its message is for whoever asked. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandException(String message) {
    super(message);
  }

  public CommandException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
