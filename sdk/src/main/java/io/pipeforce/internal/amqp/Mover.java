package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.BrokerUnavailableException;
import io.pipeforce.MessagingException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Moves the messages of one queue to another, in their order: publishes, waits for the confirms,
 * then acks. Whatever interrupts it, a message is in one of the two, or in both.
 */
final class Mover implements AutoCloseable {
  private static final int BATCH = 100;
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);

  /** A message that was routed before the queue was unbound has arrived after this time. */
  private static final Duration UNDER_WAY = Duration.ofSeconds(1);

  private static final Duration SOON = Duration.ofMillis(5);
  private static final int MOST_ATTEMPTS = 200;

  private final Connection connection;
  private final String username;
  private final String from;
  private final String to;
  private final Optional<String> way;
  private final Channel publishing;
  private final Publisher publisher;
  private Source source;
  private long moved;

  /** One consumer of the queue. */
  private static final class Source extends DefaultConsumer {
    private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();

    /** Done once nothing more can arrive; the client library calls back in the order of events. */
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    Source(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, BasicProperties properties, byte[] body) {
      arrived.add(new Delivery(envelope, properties, body));
    }

    @Override
    public void handleCancelOk(String tag) {
      ended.complete(null);
    }

    @Override
    public void handleCancel(String tag) {
      ended.complete(null);
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
      ended.completeExceptionally(new MessagingException(Reasons.of(signal), signal));
    }

    List<Delivery> rest() throws InterruptedException, TimeoutException {
      try {
        ended.get(CONFIRM_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        throw new MessagingException("the consumer was lost: " + Reasons.text(e), e);
      }
      List<Delivery> rest = new ArrayList<>();
      arrived.drainTo(rest);
      return rest;
    }
  }

  /**
   * @param username the user of the connection
   * @param way the exchange that leads to the other queue and leaves the routing keys as they are;
   *     without one, the queue is addressed by its name and the keys are put into the headers
   */
  Mover(Connection connection, String username, String from, String to, Optional<String> way)
      throws IOException {
    this.connection = connection;
    this.username = username;
    this.from = from;
    this.to = to;
    this.way = way;
    this.publishing = open();
    this.publisher = new Publisher(publishing, () -> {});
    this.source = consume();
  }

  private Channel open() throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no more channels on this connection");
    }
    return channel;
  }

  private Source consume() throws IOException {
    Channel channel = open();
    channel.basicQos(2 * BATCH);
    Source consumer = new Source(channel);
    channel.basicConsume(from, false, consumer);
    return consumer;
  }

  /** How many were moved so far. */
  long moved() {
    return moved;
  }

  /** Moves this many, or fewer when the queue stays empty. */
  void move(long count) throws IOException, InterruptedException {
    for (long left = count; left > 0; ) {
      int batch = moveBatch(UNDER_WAY);
      if (batch == 0) {
        return;
      }
      left -= batch;
    }
  }

  /** Moves what comes within the next batch, if anything comes soon enough. */
  private int moveBatch(Duration patience) throws IOException, InterruptedException {
    @Nullable Delivery first = source.arrived.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (first == null) {
      if (source.ended.isDone()) {
        throw new MessagingException(
            "queue " + from + " was deleted by somebody else, or the connection was lost");
      }
      return 0;
    }
    List<Delivery> batch = new ArrayList<>(BATCH);
    batch.add(first);
    source.arrived.drainTo(batch, BATCH - 1);
    publish(batch);
    source.getChannel().basicAck(batch.getLast().getEnvelope().getDeliveryTag(), true);
    return batch.size();
  }

  private void publish(List<Delivery> batch) throws InterruptedException {
    List<CompletableFuture<Void>> confirms = new ArrayList<>(batch.size());
    for (Delivery delivery : batch) {
      confirms.add(publisher.publish(publication(delivery)));
    }
    try {
      CompletableFuture.allOf(confirms.toArray(CompletableFuture[]::new))
          .get(CONFIRM_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof MessagingException failure
          ? failure
          : new MessagingException("not published: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new BrokerUnavailableException(
          "the broker did not confirm messages to queue "
              + to
              + " within "
              + CONFIRM_TIMEOUT.toSeconds()
              + " s; it may be short of memory or disk space",
          e);
    }
    moved += batch.size();
  }

  private Publication publication(Delivery delivery) {
    return new Publication(
        way.orElse(""),
        way.isPresent() ? delivery.getEnvelope().getRoutingKey() : to,
        true,
        properties(delivery),
        delivery.getBody());
  }

  private BasicProperties properties(Delivery delivery) {
    BasicProperties properties = delivery.getProperties();
    Map<String, Object> headers = new HashMap<>();
    if (properties.getHeaders() != null) {
      headers.putAll(properties.getHeaders());
    }
    // Counted by the queue that the message leaves.
    headers.remove("x-delivery-count");
    headers.remove("x-acquired-count");
    // It would lead the message to other queues as well.
    Object cc = headers.remove("CC");
    if (cc != null) {
      headers.putIfAbsent(Headers.CC, cc);
    }
    String exchange = delivery.getEnvelope().getExchange();
    if (way.isEmpty() && !exchange.isEmpty()) {
      headers.putIfAbsent(Headers.EXCHANGE, exchange);
      headers.putIfAbsent(Headers.KEY, delivery.getEnvelope().getRoutingKey());
    }
    BasicProperties.Builder moved = properties.builder().headers(headers);
    String user = properties.getUserId();
    if (user != null && !user.equals(username)) {
      // The broker takes only the name of the user who publishes; else 406.
      headers.putIfAbsent(Headers.USER_ID, user);
      moved.userId(null);
    }
    return moved.build();
  }

  /**
   * Moves all there is, and deletes the queue, which nothing but its name leads to any more: so
   * what still comes is seldom, and the queue is empty between two of them.
   *
   * @param quorum whether it is a quorum queue
   */
  void drainAndDelete(boolean quorum) throws IOException, TimeoutException, InterruptedException {
    long rested = System.nanoTime() + UNDER_WAY.toNanos();
    int attempts = 0;
    while (attempts < MOST_ATTEMPTS) {
      long left = rested - System.nanoTime();
      if (moveBatch(left > SOON.toNanos() ? Duration.ofNanos(left) : SOON) == 0 && left <= 0) {
        attempts++;
        if (quorum ? deleteQuorum() : deleteClassic()) {
          return;
        }
      }
    }
    throw new MessagingException(
        "queue "
            + from
            + " does not become empty: messages are sent to it by its name all the time, or it"
            + " does not hand them out; find out who sends them, then run pi topology apply again");
  }

  /** The broker itself makes sure that it deletes nothing but an empty queue. */
  private boolean deleteClassic() throws IOException, TimeoutException, InterruptedException {
    source.getChannel().basicCancel(source.getConsumerTag());
    List<Delivery> rest = source.rest();
    if (!rest.isEmpty()) {
      publish(rest);
      source.getChannel().basicAck(rest.getLast().getEnvelope().getDeliveryTag(), true);
    }
    Channel channel = open();
    try {
      channel.queueDelete(from, true, true);
      channel.close();
      return true;
    } catch (IOException e) {
      if (Reasons.code(e) != AMQP.PRECONDITION_FAILED) {
        throw e;
      }
      if (Reasons.text(e).contains("in use")) {
        throw inUse(from);
      }
      source.getChannel().close();
      source = consume();
      return false;
    }
  }

  /**
   * Quorum queues cannot be asked to be deleted only when empty and unused (540). So our consumer
   * stays: what arrives until the queue is gone is handed to it, and moved.
   */
  private boolean deleteQuorum() throws IOException, TimeoutException, InterruptedException {
    try (Channel channel = open()) {
      AMQP.Queue.DeclareOk queue = channel.queueDeclarePassive(from);
      if (queue.getConsumerCount() > 1) {
        throw inUse(from);
      }
      if (queue.getMessageCount() > 0) {
        return false;
      }
      channel.queueDelete(from);
    }
    publish(source.rest());
    return true;
  }

  static MessagingException inUse(String queue) {
    return new MessagingException(
        "queue "
            + queue
            + " has consumers: stop the service first, with all its replicas, then run pi topology"
            + " apply again");
  }

  @Override
  public void close() {
    // The connection lives on for the next queue, and a consumer left behind would be in its way.
    try {
      source.getChannel().abort();
      publishing.abort();
    } catch (IOException e) {
      throw new IllegalStateException("abort() of a channel is documented to swallow this", e);
    }
  }
}
