package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;

/**
 * A message ready for the wire.
 *
 * @param mandatory whether it is a failure when no queue takes it
 */
@SuppressWarnings("ArrayRecordComponent") // Handed straight to the client library, never compared.
record Publication(
    String exchange, String key, boolean mandatory, BasicProperties properties, byte[] body) {

  @Override
  public String toString() {
    return "a message to "
        + (exchange.isEmpty() ? "queue '" + key + "'" : "exchange '" + exchange + "'")
        + " with key '"
        + key
        + "'";
  }
}
