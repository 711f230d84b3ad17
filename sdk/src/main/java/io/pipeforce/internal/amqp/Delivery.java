package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.pipeforce.Message;
import io.pipeforce.internal.dispatch.Ledger;

/**
 * A message as it came from the wire.
 *
 * @param provenance where it came from, and which attempt it is
 * @param line its line in the handler's ledger
 * @param arrived when, by {@link System#nanoTime}
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
record Delivery(
    Envelope envelope,
    BasicProperties properties,
    byte[] body,
    Provenance provenance,
    Ledger.Line line,
    long arrived) {
  /** Put into a buffer to end a worker; real delivery tags begin at 1. */
  static final Delivery NONE =
      arrived(
          new Envelope(0, false, "", ""),
          new BasicProperties(),
          new byte[0],
          new Ledger().receive());

  static Delivery arrived(
      Envelope envelope, BasicProperties properties, byte[] body, Ledger.Line line) {
    return new Delivery(
        envelope,
        properties,
        body,
        Provenance.of(envelope.getExchange(), envelope.getRoutingKey(), properties),
        line,
        System.nanoTime());
  }

  long tag() {
    return envelope.getDeliveryTag();
  }

  boolean isNone() {
    return tag() == 0;
  }

  int attempt() {
    return provenance.attempt();
  }

  /** The same, at another attempt. */
  Delivery atAttempt(int attempt) {
    return new Delivery(envelope, properties, body, provenance.withAttempt(attempt), line, arrived);
  }

  /** How often it was delivered before without an outcome, as far as somebody counted. */
  int deliveriesBefore() {
    return Math.max(
        provenance.redeliveries(), Headers.number(properties.getHeaders(), "x-delivery-count", 0));
  }

  /** The message as the API shows it. */
  Message message() {
    return new Message(
        provenance.exchange(),
        provenance.key(),
        Headers.toApi(properties.getHeaders()),
        Headers.toApi(properties),
        body);
  }
}
