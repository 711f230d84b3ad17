package io.pipeforce.broker.model;

import java.util.List;

/** A look at a queue, all of one moment. */
public record QueueState(
    int ready,
    long readyBytes,
    int unacknowledged,
    long unacknowledgedBytes,
    List<Subscription> consumers,
    MessageStats stats) {

  /** How often what happened since the queue was made; the names are RabbitMQ's. */
  public record MessageStats(
      long publish,
      long deliver,
      long deliverNoAck,
      long get,
      long getNoAck,
      long getEmpty,
      long redeliver,
      long ack) {}

  public int messages() {
    return ready + unacknowledged;
  }
}
