package io.pipeforce.cli;

/** The exit codes of {@code pi}; scripts rely on them. 130 (interrupted) is the JVM's own. */
public enum ExitCode {
  /** Done what was asked for. */
  DONE(0),
  /** What was asked for failed. */
  FAILED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** Something it needs is not there: a broker, a JDK, a free port. */
  MISSING(3);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number. */
  public int code() {
    return code;
  }
}
