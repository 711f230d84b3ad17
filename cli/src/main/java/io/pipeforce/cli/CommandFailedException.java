package io.pipeforce.cli;

import org.jspecify.annotations.Nullable;

/** Ends a command with one message for the person who typed it, and an exit code. */
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exit;

  /**
   * A failure.
   *
   * @param message what, where, and what to do
   */
  public CommandFailedException(ExitCode exit, String message) {
    this(exit, message, null);
  }

  public CommandFailedException(ExitCode exit, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exit = exit;
  }

  /** What the process exits with. */
  public ExitCode exit() {
    return exit;
  }
}
