package io.pipeforce.hub.ingress;

/** Knows which service has which ingress. Thread-safe. */
@FunctionalInterface
public interface Backends {
  /**
   * Where a request to this ingress goes now. It is asked for each request, and once more when an
   * instance could not be connected to.
   *
   * @param label {@code <ingress>-<namespace>} in small letters, digits and dashes
   */
  Backend find(String label);
}
