package io.pipeforce.broker.session;

import io.pipeforce.broker.model.Aftermath;
import io.pipeforce.broker.model.Message;
import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.Subscription;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.Method;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a channel by their tags, with the one for direct replies. Runs on the
 * connection's reading thread; only the end of a queue comes from other threads.
 */
final class Consumers {
  private final Connection connection;
  private final VirtualHost host;
  private final Deliveries deliveries;
  private final java.util.function.Consumer<Method> send;
  private final Map<String, Consumer> byTag = new ConcurrentHashMap<>();
  private @Nullable String replyTag;
  private @Nullable String replyAddress;

  Consumers(
      Connection connection,
      VirtualHost host,
      Deliveries deliveries,
      java.util.function.Consumer<Method> send) {
    this.connection = connection;
    this.host = host;
    this.deliveries = deliveries;
    this.send = send;
  }

  List<Subscription> subscriptions() {
    return byTag.values().stream().map(Consumer::subscription).toList();
  }

  /** Where direct replies to this channel go; null when it does not consume any. */
  @Nullable String replyAddress() {
    return replyAddress;
  }

  void consume(BasicMethod.Consume consume, String queueName, int prefetch, Aftermath after) {
    String tag = consume.consumerTag();
    String actualTag = tag.isEmpty() ? Names.generated("amq.ctag") : tag;
    Runnable confirm =
        () -> {
          if (!consume.noWait()) {
            send.accept(new BasicMethod.ConsumeOk(actualTag));
          }
        };
    if (queueName.equals(DirectReplies.QUEUE)) {
      consumeReplies(actualTag, consume.noAck());
      confirm.run();
      return;
    }
    refuseReuse(tag);
    Queue queue = host.accessibleQueue(queueName, connection);
    if (queue.isQuorum() && deliveries.globalPrefetch() > 0) {
      throw new AmqpException(
          ReplyCode.NOT_IMPLEMENTED, queue.described() + " does not support global qos");
    }
    Consumer consumer =
        new Consumer(
            actualTag,
            queue,
            consume.noAck(),
            consume.exclusive(),
            prefetch,
            consume.arguments(),
            deliveries,
            host,
            () -> cancelledByQueue(actualTag));
    byTag.put(actualTag, consumer);
    try {
      queue.subscribe(consumer.subscription(), after, confirm);
    } catch (AmqpException e) {
      byTag.remove(actualTag);
      throw e;
    }
  }

  /** The consumer of replies does not count. */
  private void refuseReuse(String tag) {
    if (byTag.containsKey(tag)) {
      throw new AmqpException(ReplyCode.NOT_ALLOWED, "attempt to reuse consumer tag '" + tag + "'");
    }
  }

  private void consumeReplies(String tag, boolean noAck) {
    if (!noAck) {
      throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "reply consumer cannot acknowledge");
    }
    if (replyTag != null) {
      throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "reply consumer already set");
    }
    refuseReuse(tag);
    replyTag = tag;
    replyAddress =
        connection.replies().register((Message message) -> deliveries.reply(tag, message));
  }

  /** An unknown tag is no mistake. */
  void cancel(String tag, Aftermath after) {
    if (tag.equals(replyTag)) {
      forgetReplies();
      return;
    }
    Consumer consumer = byTag.remove(tag);
    if (consumer != null) {
      consumer.subscription().queue().unsubscribe(consumer.subscription(), after);
    }
  }

  /** Forgets all of them; the caller tells their queues. */
  List<Subscription> removeAll() {
    forgetReplies();
    List<Subscription> removed = subscriptions();
    byTag.clear();
    return removed;
  }

  private void cancelledByQueue(String tag) {
    if (byTag.remove(tag) != null && connection.wantsCancelNotification()) {
      send.accept(new BasicMethod.Cancel(tag, true));
    }
  }

  private void forgetReplies() {
    if (replyAddress != null) {
      connection.replies().unregister(replyAddress);
      replyAddress = null;
      replyTag = null;
    }
  }
}
