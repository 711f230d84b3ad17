package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.pipeforce.internal.dispatch.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a message came from and what happened to it before, carried in its headers from attempt to
 * attempt.
 *
 * @param exchange the exchange it was first published to
 * @param key the routing key it was first published with
 * @param attempt which attempt this delivery is, from 1
 * @param redeliveries how often it came back without an outcome, counted by us (classic queues)
 * @param firstFailed when the first attempt failed
 */
record Provenance(
    String exchange, String key, int attempt, int redeliveries, Optional<Instant> firstFailed) {

  /** A stack longer than this says nothing more to a reader, and headers must fit into a frame. */
  private static final int STACK_LENGTH = 4000;

  /** Headers of the broker, which it would refuse, count on or route by when they came again. */
  private static final List<String> OF_THE_BROKER =
      List.of(
          "CC",
          "BCC",
          "x-death",
          "x-first-death-exchange",
          "x-first-death-queue",
          "x-first-death-reason",
          "x-last-death-exchange",
          "x-last-death-queue",
          "x-last-death-reason",
          "x-delivery-count",
          "x-acquired-count");

  static Provenance of(String exchange, String key, BasicProperties properties) {
    @Nullable Map<String, Object> headers = properties.getHeaders();
    return new Provenance(
        Headers.text(headers, Headers.EXCHANGE).orElse(exchange),
        Headers.text(headers, Headers.KEY).orElse(key),
        Math.max(1, Headers.number(headers, Headers.ATTEMPT, 1)),
        Math.max(0, Headers.number(headers, Headers.REDELIVERIES, 0)),
        Headers.text(headers, Headers.FIRST_FAILED).flatMap(Provenance::instant));
  }

  /** The same at another attempt. */
  Provenance withAttempt(int number) {
    return new Provenance(exchange, key, number, redeliveries, firstFailed);
  }

  /** The properties of the same message on its way to the next attempt. */
  BasicProperties retried(BasicProperties properties, Instant now) {
    Map<String, Object> headers = carried(properties);
    headers.put(Headers.ATTEMPT, attempt + 1);
    headers.put(Headers.FIRST_FAILED, firstFailed.orElse(now).toString());
    return republished(properties, headers);
  }

  /** The properties of the same message when it is put back with its redelivery counted. */
  BasicProperties redelivered(BasicProperties properties) {
    Map<String, Object> headers = carried(properties);
    headers.put(Headers.ATTEMPT, attempt);
    headers.put(Headers.REDELIVERIES, redeliveries + 1);
    return republished(properties, headers);
  }

  /** The properties of the same message as a dead letter. */
  BasicProperties dead(
      BasicProperties properties,
      Outcome.Dead dead,
      String service,
      String handler,
      String queue,
      Instant now) {
    Map<String, Object> headers = carried(properties);
    headers.remove(Headers.ATTEMPT);
    headers.put(Headers.ATTEMPTS, attempt);
    headers.put(Headers.SERVICE, service);
    headers.put(Headers.HANDLER, handler);
    headers.put(Headers.QUEUE, queue);
    headers.put(Headers.REASON, dead.reason());
    headers.put(Headers.FIRST_FAILED, firstFailed.orElse(now).toString());
    headers.put(Headers.LAST_FAILED, now.toString());
    if (dead.error() != null) {
      headers.put(Headers.EXCEPTION, dead.error().getClass().getName());
      headers.put(Headers.STACK, stack(dead.error()));
    }
    return republished(properties, headers);
  }

  private Map<String, Object> carried(BasicProperties properties) {
    Map<String, Object> headers = new HashMap<>();
    @Nullable Map<String, Object> given = properties.getHeaders();
    if (given != null) {
      headers.putAll(given);
      Object cc = given.get("CC");
      if (cc != null) {
        headers.put(Headers.CC, cc);
      }
      OF_THE_BROKER.forEach(headers::remove);
    }
    if (properties.getUserId() != null) {
      headers.put(Headers.USER_ID, properties.getUserId());
    }
    headers.put(Headers.EXCHANGE, exchange);
    headers.put(Headers.KEY, key);
    return headers;
  }

  private static BasicProperties republished(
      BasicProperties properties, Map<String, Object> headers) {
    return properties
        .builder()
        .headers(headers)
        .deliveryMode(2)
        // The broker would take it for the delay queue's business and bring the message back early.
        .expiration(null)
        // It must be the name of the publishing user, who is now another one; else 406.
        .userId(null)
        .build();
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (java.time.format.DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static String stack(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.getBuffer().length() <= STACK_LENGTH
        ? text.toString()
        : text.getBuffer().substring(0, STACK_LENGTH) + "…";
  }
}
