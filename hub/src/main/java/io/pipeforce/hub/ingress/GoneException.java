package io.pipeforce.hub.ingress;

/** The client has hung up; there is nobody to tell. */
final class GoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GoneException(Throwable cause) {
    super(cause);
  }
}
