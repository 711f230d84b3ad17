package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.BrokerUnavailableException;
import io.pipeforce.MessagingException;
import io.pipeforce.UnroutableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One channel with publisher confirms. Every publication ends in exactly one way: confirmed, or
 * failed with the reason; a lost channel fails all that are open. Safe for threads.
 */
final class Publisher {
  /** The pseudo queue of RabbitMQ's direct reply-to. */
  private static final String REPLY_TO = "amq.rabbitmq.reply-to";

  /** x-death and its kin name two queues, two exchanges and a key, three times over. */
  private static final int ROOM = 4096;

  private final Channel channel;
  private final Runnable unroutable;
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<Long, Pending> pending = new TreeMap<>();
  private final ConcurrentMap<String, CompletableFuture<Reply>> replies = new ConcurrentHashMap<>();
  private boolean repliesConsumed;

  private static final class Pending {
    final Publication publication;
    final CompletableFuture<Void> confirmed = new CompletableFuture<>();
    boolean returned;

    Pending(Publication publication) {
      this.publication = publication;
    }
  }

  /** An answer as it came from the wire. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Reply(BasicProperties properties, byte[] body) {}

  /**
   * Takes over a channel.
   *
   * @param unroutable told of every message that reached no queue
   */
  Publisher(Channel channel, Runnable unroutable) throws IOException {
    this.channel = channel;
    this.unroutable = unroutable;
    channel.confirmSelect();
    channel.addConfirmListener(
        (tag, multiple) -> settle(tag, multiple, null),
        (tag, multiple) ->
            settle(
                tag,
                multiple,
                new BrokerUnavailableException(
                    "the broker refused to take the message (basic.nack): a queue is full or its"
                        + " node failed")));
    channel.addReturnListener(this::returned);
    channel.addShutdownListener(this::closed);
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /**
   * Refuses a message that would fit into a frame now, and no more when the broker has added its
   * own headers to it: whoever is to receive it then loses the connection, again and again.
   *
   * @throws UnsendableException when it does not leave enough room
   */
  void requireRoom(Publication publication) {
    int frameMax = channel.getConnection().getFrameMax();
    int size = publication.headerFrame();
    if (frameMax > 0 && size > frameMax - ROOM) {
      throw new UnsendableException(
          "the headers of "
              + publication
              + " have "
              + size
              + " bytes; with those that the broker adds, more than "
              + (frameMax - ROOM)
              + " do not fit into a frame");
    }
  }

  /**
   * Publishes; the future ends when the broker has confirmed, and fails with {@link
   * BrokerUnavailableException} when trying again may help, with another {@link MessagingException}
   * when not.
   */
  CompletableFuture<Void> publish(Publication publication) {
    Pending entry = new Pending(publication);
    lock.lock();
    try {
      long sequence = channel.getNextPublishSeqNo();
      pending.put(sequence, entry);
      // Always mandatory on the wire, so that what reaches no queue is counted.
      channel.basicPublish(
          publication.exchange(),
          publication.key(),
          true,
          publication.properties(),
          publication.body());
    } catch (IOException | ShutdownSignalException e) {
      entry.confirmed.completeExceptionally(unavailable(e.getMessage(), e));
    } catch (RuntimeException e) {
      // The client refuses what does not fit into the wire format before it sends anything. The
      // sequence number may be used up or not; a fresh channel is the only safe continuation.
      entry.confirmed.completeExceptionally(
          new UnsendableException("cannot publish " + publication + ": " + e.getMessage(), e));
      abort();
    } finally {
      lock.unlock();
    }
    return entry.confirmed;
  }

  /** Sends a request; the first future is the confirm, the second the reply. */
  PendingRequest request(Publication publication, String correlationId) throws IOException {
    lock.lock();
    try {
      if (!repliesConsumed) {
        channel.basicConsume(
            REPLY_TO,
            true,
            (tag, delivery) -> replied(delivery.getProperties(), delivery.getBody()),
            // Not here: closing waits for an answer that this very thread would have to read.
            tag -> Thread.startVirtualThread(this::abort));
        repliesConsumed = true;
      }
    } finally {
      lock.unlock();
    }
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    replies.put(correlationId, reply);
    BasicProperties properties =
        publication.properties().builder().replyTo(REPLY_TO).correlationId(correlationId).build();
    CompletableFuture<Void> confirmed =
        publish(
            new Publication(
                publication.exchange(), publication.key(), true, properties, publication.body()));
    return new PendingRequest(confirmed, reply, () -> replies.remove(correlationId));
  }

  /** A request on its way; {@code forget} must be called when nobody waits any more. */
  record PendingRequest(
      CompletableFuture<Void> confirmed, CompletableFuture<Reply> reply, Runnable forget) {}

  private void replied(BasicProperties properties, byte[] body) {
    @Nullable String id = properties.getCorrelationId();
    CompletableFuture<Reply> waiting = id == null ? null : replies.remove(id);
    if (waiting != null) {
      waiting.complete(new Reply(properties, body));
    }
  }

  private void settle(long tag, boolean multiple, @Nullable BrokerUnavailableException refusal) {
    List<Pending> settled = new ArrayList<>();
    lock.lock();
    try {
      if (multiple) {
        Collection<Pending> upTo = pending.headMap(tag, true).values();
        settled.addAll(upTo);
        upTo.clear();
      } else {
        Pending one = pending.remove(tag);
        if (one != null) {
          settled.add(one);
        }
      }
    } finally {
      lock.unlock();
    }
    for (Pending entry : settled) {
      if (refusal != null) {
        entry.confirmed.completeExceptionally(refusal);
      } else if (entry.returned && entry.publication.mandatory()) {
        entry.confirmed.completeExceptionally(
            new UnroutableException("no queue takes " + entry.publication));
      } else {
        entry.confirmed.complete(null);
      }
    }
  }

  /**
   * A return names no delivery tag. Among messages with the same exchange, key and id the first one
   * is as good as any other: the broker routes them alike.
   */
  private void returned(Return message) {
    unroutable.run();
    lock.lock();
    try {
      for (Pending entry : pending.values()) {
        Publication publication = entry.publication;
        if (!entry.returned
            && publication.exchange().equals(message.getExchange())
            && publication.key().equals(message.getRoutingKey())
            && Objects.equals(
                publication.properties().getMessageId(), message.getProperties().getMessageId())) {
          entry.returned = true;
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void closed(ShutdownSignalException signal) {
    List<Pending> open;
    lock.lock();
    try {
      open = new ArrayList<>(pending.values());
      pending.clear();
    } finally {
      lock.unlock();
    }
    String reason = Reasons.of(signal);
    for (Pending entry : open) {
      entry.confirmed.completeExceptionally(
          Reasons.causedBy(signal, entry.publication)
              ? new MessagingException(
                  "the broker refused " + entry.publication + ": " + reason, signal)
              : unavailable(reason, signal));
    }
    BrokerUnavailableException lost = unavailable(reason, signal);
    replies.values().forEach(waiting -> waiting.completeExceptionally(lost));
    replies.clear();
  }

  /** Gives the channel up; all that is not confirmed fails. */
  void abort() {
    try {
      channel.abort();
    } catch (IOException e) {
      throw new IllegalStateException("abort() of a channel is documented to swallow this", e);
    }
  }

  private static BrokerUnavailableException unavailable(@Nullable String reason, Throwable cause) {
    return new BrokerUnavailableException(
        "the message was not confirmed, the connection to the broker is gone: " + reason, cause);
  }
}
