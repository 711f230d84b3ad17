package io.pipeforce.hub.webhook;

import io.pipeforce.EventClient;
import io.pipeforce.OutgoingMessage;
import io.pipeforce.hub.state.KeyValueStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** All doors. They outlive the hub. Thread-safe. */
public final class Webhooks {
  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);

  /**
   * The queue to which goes what is sent with a token that is none. The broker writes it to disk as
   * it does with what services get, so that both take as long; nobody reads it, and it is empty
   * soon.
   */
  public static final String NOBODY = "pipeforce.webhook.nobody";

  /** With these arguments the queue has to be declared. */
  public static final Map<String, Object> NOBODY_ARGS =
      Map.of("x-queue-type", "quorum", "x-max-length", 1, "x-message-ttl", 1_000);

  private final KeyValueStore store;
  private final EventClient events;

  private Webhooks(KeyValueStore store, EventClient events) {
    this.store = store;
    this.events = events;
  }

  /**
   * Those that are kept in the store.
   *
   * @throws UncheckedIOException when one of them is none
   */
  public static Webhooks in(KeyValueStore store, EventClient events) {
    store
        .all()
        .forEach((key, text) -> {
          try {
            parsed(text);
          } catch (JacksonException e) {
            throw new UncheckedIOException(
                "the webhook %s cannot be read: %s".formatted(key, e.getOriginalMessage()),
                new IOException(e));
          }
        });
    return new Webhooks(store, events);
  }

  private static Webhook parsed(String text) {
    return JsonMapper.shared().readValue(text, Webhook.class);
  }

  public Optional<Webhook> find(UUID uuid) {
    return store.get(uuid.toString()).map(Webhooks::parsed);
  }

  /** Keeps it, in place of one with the same token; it is safe when this returns. */
  public void put(Webhook webhook) {
    store.put(webhook.uuid().toString(), JsonMapper.shared().writeValueAsString(webhook));
  }

  /** Answers whether it was there. */
  public boolean delete(UUID uuid) {
    return store.delete(uuid.toString());
  }

  /**
   * Fires the event of a token. A token that is none publishes as much for nobody, so that neither
   * the answer nor its time tells which one it was.
   *
   * @return done when the broker has confirmed it
   */
  public CompletableFuture<Void> receive(
      String token, Optional<String> contentType, byte[] payload) {
    Optional<Webhook> webhook = uuid(token).flatMap(this::find);
    Optional<OutgoingMessage> event = webhook.flatMap(door -> door.event(contentType, payload));
    if (webhook.isPresent() && event.isEmpty()) {
      LOG.warn(
          "A payload of {} octets for {} is above the webhook's maximum of {} and was not sent",
          payload.length,
          webhook.get().eventKey(),
          webhook.get().maxPayloadLength());
    }
    return events.sendAsync(
        event.orElseGet(() -> OutgoingMessage.of(NOBODY, payload).withExchange("")));
  }

  private static Optional<UUID> uuid(String token) {
    try {
      return Optional.of(UUID.fromString(token));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
