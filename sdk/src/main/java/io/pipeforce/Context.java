package io.pipeforce;

import java.time.Instant;
import java.util.Map;

/**
 * What belongs to one delivery: a handler that declares a parameter of this type gets it.
 *
 * <p>May be used from the handler's thread and from threads it started, until the handler returns.
 */
public interface Context {
  /** 1 for the first attempt, 2 for the first retry, and so on. */
  int attempt();

  /** When the handler is interrupted because {@link Event#maxDuration()} is over. */
  Instant deadline();

  /** The message being handled. */
  Message message();

  /**
   * Publishes an event to the service's topic exchange when the handler succeeds. It leaves after
   * the handler returned and is confirmed by the broker before the message is acknowledged: a crash
   * gives a duplicate, never a loss, and a failed attempt publishes nothing. To send at once, use
   * {@link BaseService#events()}.
   *
   * @param payload {@code String} and {@code byte[]} as they are, anything else as JSON
   */
  default void publish(String key, Object payload) {
    publish(OutgoingMessage.of(key, payload));
  }

  /** As {@link #publish(String, Object)}, with headers and the rest. */
  void publish(OutgoingMessage message);

  /**
   * Answers the request; the same as returning the value from the handler, for handlers that return
   * nothing. Sent when the handler succeeds; the last call counts.
   *
   * @throws IllegalStateException when the message has no {@code reply_to}
   */
  void reply(Object payload);

  /** The fields that every log line of this delivery carries (service, handler, key, attempt …). */
  Map<String, String> logFields();
}
