package io.pipeforce;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The basic properties of an AMQP 0-9-1 message, without its headers (<a
 * href="https://www.rabbitmq.com/amqp-0-9-1-reference#class.basic">reference</a>). All are
 * optional; an empty one was not set by the publisher.
 *
 * @param contentType MIME type of the body
 * @param contentEncoding encoding of the body, for example {@code gzip}
 * @param correlationId joins a reply to its request
 * @param replyTo the queue that a reply goes to
 * @param messageId the publisher's id of the message
 * @param timestamp when it was published, in whole seconds
 * @param type the publisher's name for the kind of message
 * @param appId the publishing application
 * @param priority 0 to 9 and above, lowest first
 */
public record MessageProperties(
    Optional<String> contentType,
    Optional<String> contentEncoding,
    Optional<String> correlationId,
    Optional<String> replyTo,
    Optional<String> messageId,
    Optional<Instant> timestamp,
    Optional<String> type,
    Optional<String> appId,
    Optional<Integer> priority) {

  /** Properties of which none is set. */
  public static final MessageProperties NONE = ofContentType(null);

  /** Properties with only a content type. */
  public static MessageProperties ofContentType(@Nullable String contentType) {
    return new MessageProperties(
        Optional.ofNullable(contentType),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
