package io.pipeforce.hub.webhook;

import io.pipeforce.EventClient;
import io.pipeforce.OutgoingMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * All doors, each in a file of its own, so that they outlive the hub however it ends. Thread-safe.
 */
public final class Webhooks {
  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
  private static final String SUFFIX = ".json";

  /**
   * The queue to which goes what is sent with a token that is none. The broker writes it to disk as
   * it does with what services get, so that both take as long; nobody reads it, and it is empty
   * soon.
   */
  public static final String NOBODY = "pipeforce.webhook.nobody";

  /** With these arguments the queue has to be declared. */
  public static final Map<String, Object> NOBODY_ARGS =
      Map.of("x-queue-type", "quorum", "x-max-length", 1, "x-message-ttl", 1_000);

  private final Path folder;
  private final EventClient events;
  private final Map<UUID, Webhook> all = new ConcurrentHashMap<>();

  private Webhooks(Path folder, EventClient events) {
    this.folder = folder;
    this.events = events;
  }

  /**
   * Reads what is in the folder, which is made when it is not there.
   *
   * @throws UncheckedIOException when it cannot be read; the message names the file
   */
  public static Webhooks in(Path folder, EventClient events) {
    Webhooks webhooks = new Webhooks(folder, events);
    try {
      Files.createDirectories(folder);
      List<Path> files;
      try (var listed = Files.list(folder)) {
        files = listed.filter(file -> file.toString().endsWith(SUFFIX)).toList();
      }
      for (Path file : files) {
        Webhook webhook = JsonMapper.shared().readValue(Files.readAllBytes(file), Webhook.class);
        webhooks.all.put(webhook.uuid(), webhook);
      }
    } catch (IOException | RuntimeException e) {
      throw new UncheckedIOException(
          "the webhooks in %s cannot be read: %s".formatted(folder, e.getMessage()),
          e instanceof IOException io ? io : new IOException(e));
    }
    return webhooks;
  }

  public Optional<Webhook> find(UUID uuid) {
    return Optional.ofNullable(all.get(uuid));
  }

  /** Keeps it, in place of one with the same token; it is on the disk when this returns. */
  public void put(Webhook webhook) {
    byte[] json = JsonMapper.shared().writeValueAsBytes(webhook);
    try {
      Path fresh = Files.createTempFile(folder, "webhook", ".tmp");
      Files.write(fresh, json);
      Files.move(
          fresh,
          file(webhook.uuid()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("the webhook cannot be kept in " + folder, e);
    }
    all.put(webhook.uuid(), webhook);
  }

  /** Answers whether it was there. */
  public boolean delete(UUID uuid) {
    try {
      Files.deleteIfExists(file(uuid));
    } catch (IOException e) {
      throw new UncheckedIOException("the webhook cannot be removed from " + folder, e);
    }
    return all.remove(uuid) != null;
  }

  private Path file(UUID uuid) {
    return folder.resolve(uuid + SUFFIX);
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
