package io.pipeforce.hub.ingress;

/** What was read is not HTTP/1.1 as it has to be, or could be understood in two ways. */
final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  MalformedException(int status, String message) {
    super(message);
    this.status = status;
  }

  MalformedException(String message) {
    this(400, message);
  }

  /** What a client that sent it is answered. */
  int status() {
    return status;
  }
}
