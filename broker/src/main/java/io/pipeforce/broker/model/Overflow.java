package io.pipeforce.broker.model;

/** What gives way when a queue is full. */
enum Overflow {
  /** The oldest message. */
  DROP_HEAD,
  /** The new message; its publisher gets a nack. */
  REJECT_PUBLISH,
  /** The same, and the new message is dead-lettered. */
  REJECT_PUBLISH_DLX
}
