package io.pipeforce.broker.session;

import io.pipeforce.broker.model.Aftermath;
import io.pipeforce.broker.model.Content;
import io.pipeforce.broker.model.Exchange;
import io.pipeforce.broker.model.Expiration;
import io.pipeforce.broker.model.Message;
import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.BasicProperties;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.MalformedFrameException;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a {@code basic.publish}, from the frames to the queues and back to the publisher: read
 * it from {@link #publish} downwards. Runs on the connection's reading thread.
 *
 * <p>Source: {@code rabbit_channel.erl}, whose order of checks decides which error a client gets.
 */
final class Publishing {
  private final int channel;
  private final String user;
  private final int messageSize;
  private final VirtualHost host;
  private final DirectReplies replies;
  private final Outbound outbound;
  private final MessageCounters counters;
  private final Confirms confirms;
  private final Repetition repetition = new Repetition();
  private boolean confirming;

  /** A message that has been routed and not been delivered yet. */
  record Routed(Exchange exchange, Message message, boolean mandatory, List<Queue> queues) {

    boolean isKept() {
      for (Queue queue : queues) {
        if (queue.keeps(message)) {
          return true;
        }
      }
      return false;
    }
  }

  Publishing(
      int channel,
      String user,
      int messageSize,
      VirtualHost host,
      DirectReplies replies,
      Outbound outbound,
      MessageCounters counters) {
    this.channel = channel;
    this.user = user;
    this.messageSize = messageSize;
    this.host = host;
    this.replies = replies;
    this.outbound = outbound;
    this.counters = counters;
    this.confirms = new Confirms(host.durable(), method -> outbound.send(channel, method));
  }

  /**
   * Publishes, or puts it aside until the transaction commits.
   *
   * @param replyAddress where replies to this channel go; null when it does not consume any
   */
  void publish(
      ContentAssembler.Command command,
      BasicMethod.Publish method,
      @Nullable String replyAddress,
      @Nullable Transaction transaction,
      Aftermath after) {
    Routed routed = route(method, command, replyAddress);
    if (transaction != null) {
      transaction.add(routed);
      return;
    }
    boolean accepted = deliver(routed, after);
    if (confirming) {
      confirms.settled(accepted, routed.isKept() ? host.durable().last() : 0);
      if (accepted) {
        counters.confirmed();
      }
    }
  }

  private Routed route(
      BasicMethod.Publish method, ContentAssembler.Command command, @Nullable String replyAddress) {
    if (method.immediate()) {
      throw new AmqpException(ReplyCode.NOT_IMPLEMENTED, "immediate=true");
    }
    checkSize(command.bodySize());
    Exchange exchange = host.existingExchange(method.exchange());
    if (exchange.internal()) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED, "cannot publish to internal " + exchange.described());
    }
    Content content = withExpiration(withReplyAddress(decode(command), replyAddress));
    BasicProperties properties = content.properties();
    Message message =
        Message.published(exchange.name(), repetition.key(method.routingKey()), content);
    checkUser(properties.userId());
    if (exchange.isDefault()) {
      reply(message);
    }
    return new Routed(exchange, message, method.mandatory(), host.route(exchange, message));
  }

  /** Direct replies wait for no commit, and do not count as routed. */
  private void reply(Message message) {
    message.routingKeys().stream()
        .filter(DirectReplies::isAddress)
        .distinct()
        .forEach(address -> replies.at(address).ifPresent(requester -> requester.reply(message)));
  }

  private void checkSize(long size) {
    if (size > messageSize) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "message size %d is larger than configured max size %d".formatted(size, messageSize));
    }
  }

  private Content decode(ContentAssembler.Command command) {
    byte[] encoded = command.properties();
    if (encoded == null) {
      throw new IllegalArgumentException("a publish without content: " + command);
    }
    try {
      return canonical(repetition.content(encoded, command.body()));
    } catch (MalformedFrameException _) {
      // RabbitMQ's channel crashes on them, and so says no more.
      throw new AmqpException(ReplyCode.INTERNAL_ERROR, "");
    }
  }

  /** RabbitMQ 4 passes on what it has understood, not the octets that came. */
  private static Content canonical(Content content) {
    BasicProperties properties = content.properties();
    FieldTable headers = properties.headers();
    return headers == null || headers.isInOrder()
        ? content
        : content.with(properties.withHeaders(headers.inOrder()));
  }

  private static Content withExpiration(Content content) {
    BasicProperties properties = content.properties();
    String asSent = properties.expiration();
    if (asSent == null) {
      return content;
    }
    String expiration = Expiration.canonical(asSent);
    return expiration.equals(asSent)
        ? content
        : content.with(properties.withExpiration(expiration));
  }

  private static Content withReplyAddress(Content content, @Nullable String replyAddress) {
    if (!DirectReplies.QUEUE.equals(content.properties().replyTo())) {
      return content;
    }
    if (replyAddress == null) {
      throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "fast reply consumer does not exist");
    }
    return content.with(content.properties().withReplyTo(replyAddress));
  }

  private void checkUser(@Nullable String claimed) {
    if (claimed != null && !claimed.equals(user)) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "user_id property set to '%s' but authenticated user was '%s'".formatted(claimed, user));
    }
  }

  /** Puts a routed message into its queues; answers whether all of them took it. */
  boolean deliver(Routed routed, Aftermath after) {
    boolean accepted = true;
    counters.published();
    routed.exchange().counters().published(routed.queues().size());
    for (Queue queue : routed.queues()) {
      accepted &= queue.publish(routed.message(), after);
    }
    after.run();
    host.durable().awaitRoom();
    if (routed.queues().isEmpty()) {
      counters.unroutable(routed.mandatory());
      if (routed.mandatory()) {
        // A return goes out before the confirm of the same message.
        sendBack(routed.message());
      }
    }
    return accepted;
  }

  private void sendBack(Message message) {
    outbound.send(
        channel,
        new BasicMethod.Return(
            ReplyCode.NO_ROUTE.code(),
            ReplyCode.NO_ROUTE.name(),
            message.exchange(),
            message.routingKey()),
        message.content());
  }

  void confirmFromNowOn() {
    confirming = true;
  }

  boolean confirming() {
    return confirming;
  }

  int unconfirmed() {
    return confirms.size();
  }

  boolean owesConfirms() {
    return confirms.size() > 0;
  }

  /** Tells the publisher what became of its messages so far. */
  void flushConfirms() {
    confirms.flush();
  }

  void end() {
    confirms.end();
  }
}
