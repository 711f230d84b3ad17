package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A message ready for the wire.
 *
 * @param mandatory whether it is a failure when no queue takes it
 */
@SuppressWarnings("ArrayRecordComponent") // Handed straight to the client library, never compared.
record Publication(
    String exchange, String key, boolean mandatory, BasicProperties properties, byte[] body) {

  /** Octets of the frame that carries the properties; it cannot be split. */
  int headerFrame() {
    try {
      return properties.toFrame(0, body.length).size();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
  }

  @Override
  public String toString() {
    return "a message to "
        + (exchange.isEmpty() ? "queue '" + key + "'" : "exchange '" + exchange + "'")
        + " with key '"
        + key
        + "'";
  }
}
