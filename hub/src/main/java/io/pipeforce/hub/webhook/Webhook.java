package io.pipeforce.hub.webhook;

import io.pipeforce.OutgoingMessage;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * One door.
 *
 * @param uuid its token: whoever knows it can fire the event
 * @param eventKey routing key of the event
 * @param payloadType what becomes of the octets that are sent
 * @param maxPayloadLength octets of the largest payload that becomes an event
 */
public record Webhook(UUID uuid, String eventKey, PayloadType payloadType, int maxPayloadLength) {
  /** What becomes of the octets that are sent. */
  public enum PayloadType {
    /** They are the payload as they came, with their content type. */
    RAW,
    /** The payload is a text in Base64. */
    BASE64,
    /** They are left out: the event alone is what counts. */
    IGNORE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Webhook {
    if (eventKey.isBlank()) {
      throw new IllegalArgumentException("eventKey must not be empty");
    }
    if (maxPayloadLength < 0) {
      throw new IllegalArgumentException(
          "maxPayloadLength must not be negative, was: " + maxPayloadLength);
    }
  }

  /** What is published for this payload; empty when it is too large. */
  Optional<OutgoingMessage> event(Optional<String> contentType, byte[] payload) {
    if (payload.length > maxPayloadLength) {
      return Optional.empty();
    }
    return Optional.of(
        switch (payloadType) {
          case RAW ->
              OutgoingMessage.of(eventKey, payload)
                  .withContentType(contentType.orElse("application/octet-stream"));
          case BASE64 ->
              OutgoingMessage.of(eventKey, Base64.getEncoder().encodeToString(payload))
                  .withContentType("text/plain");
          case IGNORE -> OutgoingMessage.of(eventKey, "").withContentType("text/plain");
        });
  }
}
