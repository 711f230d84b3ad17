package io.pipeforce.broker.session;

import io.pipeforce.broker.model.Aftermath;
import io.pipeforce.broker.model.Delivery;
import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.Receiver;
import io.pipeforce.broker.model.Subscription;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.wire.FieldTable;

/** A client's consumer: passes what its queue hands out to its channel. */
final class Consumer implements Receiver {
  private final String tag;
  private final Deliveries deliveries;
  private final Runnable onCancel;
  private final VirtualHost host;
  private final Subscription subscription;
  private final Runnable resume = this::resume;

  /**
   * @param onCancel called when the queue goes
   */
  Consumer(
      String tag,
      Queue queue,
      boolean noAck,
      boolean exclusive,
      int prefetch,
      FieldTable arguments,
      Deliveries deliveries,
      VirtualHost host,
      Runnable onCancel) {
    this.tag = tag;
    this.deliveries = deliveries;
    this.onCancel = onCancel;
    this.host = host;
    this.subscription = new Subscription(queue, tag, noAck, exclusive, prefetch, arguments, this);
  }

  String tag() {
    return tag;
  }

  Subscription subscription() {
    return subscription;
  }

  @Override
  public boolean reserve() {
    return deliveries.reserve(subscription.noAck(), resume);
  }

  private void resume() {
    Aftermath after = new Aftermath(host);
    subscription.queue().resume(subscription, after);
    after.run();
  }

  @Override
  public void deliver(Delivery delivery) {
    deliveries.deliver(tag, delivery, subscription.noAck());
  }

  @Override
  public void cancelled() {
    onCancel.run();
  }
}
