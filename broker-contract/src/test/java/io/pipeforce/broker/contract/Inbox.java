package io.pipeforce.broker.contract;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A consumer that keeps what it receives and settles nothing by itself. */
final class Inbox extends DefaultConsumer {

  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> cancelledByBroker = new CompletableFuture<>();

  private String tag = "";

  Inbox(Channel channel) {
    super(channel);
  }

  @Override
  public void handleDelivery(
      String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
    deliveries.add(new Delivery(envelope, properties, body));
  }

  @Override
  public void handleCancel(String consumerTag) throws IOException {
    cancelledByBroker.complete(consumerTag);
  }

  /**
   * Known as soon as the consumer is; {@code getConsumerTag} follows when its callback was called.
   */
  String tag() {
    return tag;
  }

  void tag(String assigned) {
    tag = assigned;
  }

  Delivery next() throws InterruptedException {
    Delivery delivery = deliveries.poll(Contract.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    if (delivery == null) {
      throw new AssertionError("No delivery within " + Contract.PATIENCE);
    }
    return delivery;
  }

  /** The bodies of the next deliveries, in the order of their arrival. */
  List<String> next(int count) throws InterruptedException {
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bodies.add(text(next()));
    }
    return bodies;
  }

  int waiting() {
    return deliveries.size();
  }

  CompletableFuture<String> cancelledByBroker() {
    return cancelledByBroker;
  }

  static String text(Delivery delivery) {
    return new String(delivery.getBody(), StandardCharsets.UTF_8);
  }
}
