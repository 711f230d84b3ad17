package io.pipeforce.internal.amqp;

import io.pipeforce.BrokerUnavailableException;
import java.time.Duration;

/** Gives out the publisher of the connection that stands at the moment. */
@FunctionalInterface
interface Publishers {
  /**
   * Waits for a connection that takes messages.
   *
   * @throws BrokerUnavailableException saying why there was none within this time
   */
  Publisher publisher(Duration patience) throws InterruptedException;
}
