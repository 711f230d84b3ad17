package io.pipeforce.hub.pipeline;

/** What happens when a command fails. */
enum OnError {
  /** The pipeline ends with the error. */
  THROW,
  /** The next step follows. */
  IGNORE,
  /** The next step follows, and the log tells. */
  LOG,
  /** It is tried again after 1, 2 and 4 seconds; then as THROW. */
  RETRY
}
