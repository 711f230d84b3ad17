package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.pipeforce.Message;
import io.pipeforce.OutgoingMessage;
import io.pipeforce.internal.dispatch.PayloadCodec;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Writes messages of the API as they go over the wire: encoded, persistent, with an id. */
final class Outbox {
  private final String exchange;
  private final String appId;
  private final PayloadCodec codec;

  /** Made when the first message leaves: random numbers take a while to come by. */
  private static final class Ids {
    static final String PREFIX = UUID.randomUUID().toString().substring(0, 18);
    static final AtomicLong NEXT = new AtomicLong();
  }

  Outbox(String exchange, String appId, PayloadCodec codec) {
    this.exchange = exchange;
    this.appId = appId;
    this.codec = codec;
  }

  /**
   * A message of the API.
   *
   * @param trace headers that carry the trace; those of the message itself go first
   * @throws IllegalArgumentException when its payload cannot be encoded
   */
  Publication publication(OutgoingMessage message, Map<String, Object> trace) {
    Map<String, Object> headers = new HashMap<>(trace);
    headers.putAll(message.headers());
    PayloadCodec.Encoded encoded = codec.encode(message.payload());
    BasicProperties properties =
        properties(message.contentType().orElse(encoded.contentType())).headers(headers).build();
    return new Publication(
        message.exchange().orElse(exchange),
        message.key(),
        message.mandatory(),
        properties,
        encoded.body());
  }

  /** The answer to a request, which goes to its {@code reply_to} by the default exchange. */
  Publication reply(Message request, Object payload, Map<String, Object> trace) {
    PayloadCodec.Encoded encoded = codec.encode(payload);
    return reply(request, encoded, trace);
  }

  /** The answer to a request that was given up. */
  Publication failure(Message request, String reason) {
    PayloadCodec.Encoded encoded = codec.encode(Map.of("error", reason));
    return reply(request, encoded, Map.of(Headers.ERROR, reason));
  }

  private Publication reply(
      Message request, PayloadCodec.Encoded encoded, Map<String, Object> headers) {
    BasicProperties properties =
        properties(encoded.contentType())
            .correlationId(request.properties().correlationId().orElse(null))
            .headers(new HashMap<>(headers))
            .build();
    return new Publication(
        "", request.properties().replyTo().orElseThrow(), false, properties, encoded.body());
  }

  private BasicProperties.Builder properties(String contentType) {
    return new BasicProperties.Builder()
        .appId(appId)
        .contentType(contentType)
        .deliveryMode(2)
        .messageId(Ids.PREFIX + "-" + Ids.NEXT.incrementAndGet())
        .timestamp(Date.from(Instant.now()));
  }
}
