package io.pipeforce.internal.amqp;

import io.pipeforce.BrokerUnavailableException;
import java.time.Duration;

/** Gives out the publisher of the connection that stands at the moment. */
interface Publishers {
  /**
   * Waits for a connection that takes messages.
   *
   * @throws BrokerUnavailableException saying why there was none within this time
   */
  Publisher publisher(Duration patience) throws InterruptedException;

  /**
   * A publisher gets no confirms, and nothing says why: it is replaced. Not while the broker says
   * that it takes no messages.
   */
  void replace(Publisher silent);

  /** Whether the service stops: then nobody connects or declares anew. */
  boolean stopping();
}
