package io.pipeforce.broker.model;

/**
 * The far end of a {@link Subscription}.
 *
 * <p>The first two are called while the queue's lock is held and must neither block nor call the
 * queue.
 */
public interface Receiver {
  /**
   * Whether one more message may come now; after a yes it does. After a no, the receiver calls
   * {@link Queue#resume} as soon as it would say yes.
   */
  boolean reserve();

  void deliver(Delivery delivery);

  /** The queue is gone. */
  void cancelled();
}
