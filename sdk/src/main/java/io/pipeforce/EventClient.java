package io.pipeforce;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Sends events and requests. Safe for use by many threads.
 *
 * <p>A service gets one from {@link BaseService#events()}; a program that is no service makes one
 * with {@link #connect}.
 */
public interface EventClient extends AutoCloseable {
  /**
   * Connects to a broker and keeps the connection until {@link #close()}; a lost connection is made
   * again at the next use.
   *
   * @throws BrokerUnavailableException when nobody answers there or the login is refused
   */
  static EventClient connect(BrokerAddress broker, String exchange) {
    return io.pipeforce.internal.amqp.AmqpEventClient.connect(broker, exchange);
  }

  /**
   * As {@link #connect}, but does not wait for the broker: what is sent before it answers waits for
   * it, up to 30 seconds.
   */
  static EventClient connecting(BrokerAddress broker, String exchange) {
    return io.pipeforce.internal.amqp.AmqpEventClient.connecting(broker, exchange);
  }

  /**
   * Publishes an event to the topic exchange and returns when the broker has confirmed it.
   *
   * @param payload {@code String} and {@code byte[]} as they are, anything else as JSON
   * @throws BrokerUnavailableException when it was not confirmed; it may have arrived nevertheless
   */
  default void send(String key, Object payload) {
    send(OutgoingMessage.of(key, payload));
  }

  /**
   * As {@link #send(String, Object)}, with headers and the rest.
   *
   * @throws UnroutableException when the message is mandatory and no queue takes it
   */
  void send(OutgoingMessage message);

  /**
   * Publishes an event without waiting for its confirm; for many messages at once.
   *
   * <p>At most 1,000 messages are on their way: the next call waits for a confirm. What follows the
   * returned future runs on a virtual thread of its own, and may block.
   *
   * @return done when the broker has confirmed the message; fails as {@link #send(OutgoingMessage)}
   *     does, after 30 to 60 seconds when no confirm comes
   * @throws BrokerUnavailableException when there has been no connection, or no confirm of an
   *     earlier message, for 30 seconds
   */
  CompletableFuture<Void> sendAsync(OutgoingMessage message);

  /** As {@link #sendAsync(OutgoingMessage)}, with a payload as {@link #send(String, Object)}. */
  default CompletableFuture<Void> sendAsync(String key, Object payload) {
    return sendAsync(OutgoingMessage.of(key, payload));
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param timeout how long to wait; there is no default
   * @throws RequestTimeoutException when no answer came in time
   * @throws RequestFailedException when the handler gave up on the request
   * @throws UnroutableException at once, when no handler is bound for the key
   */
  default Message request(String key, Object payload, Duration timeout) {
    return request(OutgoingMessage.of(key, payload), timeout);
  }

  /** As {@link #request(String, Object, Duration)}, with headers and the rest. */
  Message request(OutgoingMessage message, Duration timeout);

  /**
   * Sends a request and decodes the answer: {@code String} and {@code byte[]} as they are, anything
   * else from JSON.
   */
  <T> T request(String key, Object payload, Class<T> answer, Duration timeout);

  /** Closes the connection; what was sent before is confirmed already. */
  @Override
  void close();
}
