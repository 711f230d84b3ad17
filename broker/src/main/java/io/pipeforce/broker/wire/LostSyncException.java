package io.pipeforce.broker.wire;

/** Where the next frame begins is no longer known, so nothing more can be read. */
public final class LostSyncException extends RuntimeException {
  LostSyncException(String message) {
    super(message, null, false, false);
  }
}
