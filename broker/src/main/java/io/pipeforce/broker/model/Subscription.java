package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.FieldTable;

/** A consumer as its queue sees it. Its changing parts are guarded by the queue's lock. */
public final class Subscription {
  private final Queue queue;
  private final String tag;
  private final boolean noAck;
  private final boolean exclusive;
  private final int prefetch;
  private final FieldTable arguments;
  private final Receiver receiver;
  private int unacknowledged;
  private boolean parked;

  /**
   * @param prefetch how many unacknowledged messages it may hold; 0 for any number
   */
  public Subscription(
      Queue queue,
      String tag,
      boolean noAck,
      boolean exclusive,
      int prefetch,
      FieldTable arguments,
      Receiver receiver) {
    this.queue = queue;
    this.tag = tag;
    this.noAck = noAck;
    this.exclusive = exclusive;
    this.prefetch = prefetch;
    this.arguments = arguments;
    this.receiver = receiver;
  }

  public Queue queue() {
    return queue;
  }

  public String tag() {
    return tag;
  }

  public boolean noAck() {
    return noAck;
  }

  public boolean exclusive() {
    return exclusive;
  }

  public int prefetch() {
    return prefetch;
  }

  public FieldTable arguments() {
    return arguments;
  }

  Receiver receiver() {
    return receiver;
  }

  int priority() {
    return (int) arguments.integer("x-priority").orElse(0);
  }

  /** Whether the next message is for this one; after a yes it must be delivered. */
  boolean reserve() {
    return (noAck || prefetch == 0 || unacknowledged < prefetch) && receiver.reserve();
  }

  void delivered() {
    if (!noAck) {
      unacknowledged++;
    }
  }

  void settled() {
    unacknowledged--;
  }

  boolean holdsMessages() {
    return unacknowledged > 0;
  }

  /** Whether it is out of the round since it could not receive. */
  boolean parked() {
    return parked;
  }

  void parked(boolean is) {
    parked = is;
  }
}
