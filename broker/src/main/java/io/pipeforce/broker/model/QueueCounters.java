package io.pipeforce.broker.model;

/** How often what happened to a queue since it was made. Guarded by the queue's lock. */
final class QueueCounters {
  private long published;
  private long delivered;
  private long deliveredNoAck;
  private long got;
  private long gotNoAck;
  private long gotNothing;
  private long redelivered;
  private long acknowledged;

  void published() {
    published++;
  }

  void delivered(Delivery delivery, boolean noAck) {
    if (noAck) {
      deliveredNoAck++;
    } else {
      delivered++;
    }
    countRedelivery(delivery);
  }

  void got(Delivery delivery, boolean noAck) {
    if (noAck) {
      gotNoAck++;
    } else {
      got++;
    }
    countRedelivery(delivery);
  }

  void gotNothing() {
    gotNothing++;
  }

  void acknowledged() {
    acknowledged++;
  }

  private void countRedelivery(Delivery delivery) {
    if (delivery.redelivered()) {
      redelivered++;
    }
  }

  QueueState.MessageStats snapshot() {
    return new QueueState.MessageStats(
        published, delivered, deliveredNoAck, got, gotNoAck, gotNothing, redelivered, acknowledged);
  }
}
