package io.pipeforce.test.internal.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.LongString;
import io.pipeforce.BrokerAddress;
import io.pipeforce.Message;
import io.pipeforce.MessageProperties;
import io.pipeforce.ServiceSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;

/** Collects the dead letters of one test, and clears up after it. */
public final class DeadLetterQueue implements AutoCloseable {
  private final ServiceSettings settings;
  private final Connection connection;
  private final List<Message> messages = new CopyOnWriteArrayList<>();

  private DeadLetterQueue(ServiceSettings settings, Connection connection) {
    this.settings = settings;
    this.connection = connection;
  }

  /** Begins to collect; the service has declared the queue. */
  public static DeadLetterQueue open(ServiceSettings settings) {
    try {
      DeadLetterQueue queue =
          new DeadLetterQueue(settings, factory(settings.broker()).newConnection("test"));
      queue.consume();
      return queue;
    } catch (IOException | TimeoutException | GeneralSecurityException e) {
      throw new IllegalStateException(
          "no connection to the broker at " + settings.broker() + ": " + e, e);
    }
  }

  private static ConnectionFactory factory(BrokerAddress broker) throws GeneralSecurityException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(broker.host());
    factory.setPort(broker.port());
    factory.setUsername(broker.username());
    factory.setPassword(broker.password());
    factory.setVirtualHost(broker.virtualHost());
    if (broker.tls()) {
      factory.useSslProtocol(javax.net.ssl.SSLContext.getDefault());
      factory.enableHostnameVerification();
    }
    return factory;
  }

  private void consume() throws IOException {
    Channel channel = connection.createChannel();
    channel.basicConsume(
        settings.deadLetterQueue(),
        true,
        (tag, delivery) -> messages.add(message(delivery)),
        tag -> {});
  }

  /** What has arrived so far, oldest first. */
  public List<Message> messages() {
    return List.copyOf(messages);
  }

  /** Deletes the queues of the handlers and the dead-letter queue. */
  public void deleteQueues(List<String> handlers) {
    try {
      Channel channel = connection.createChannel();
      for (String handler : handlers) {
        channel.queueDelete(settings.queuePrefix() + "." + handler);
      }
      channel.queueDelete(settings.deadLetterQueue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    connection.abort();
  }

  private static Message message(Delivery delivery) {
    BasicProperties properties = delivery.getProperties();
    Map<String, Object> headers = new HashMap<>();
    if (properties.getHeaders() != null) {
      properties
          .getHeaders()
          .forEach((name, value) ->
              headers.put(name, value instanceof LongString text ? text.toString() : value));
    }
    headers.values().removeIf(java.util.Objects::isNull);
    return new Message(
        String.valueOf(headers.getOrDefault("pipeforce-exchange", "")),
        String.valueOf(
            headers.getOrDefault("pipeforce-key", delivery.getEnvelope().getRoutingKey())),
        headers,
        new MessageProperties(
            Optional.ofNullable(properties.getContentType()),
            Optional.ofNullable(properties.getContentEncoding()),
            Optional.ofNullable(properties.getCorrelationId()),
            Optional.ofNullable(properties.getReplyTo()),
            Optional.ofNullable(properties.getMessageId()),
            Optional.ofNullable(properties.getTimestamp()).map(Date::toInstant),
            Optional.ofNullable(properties.getType()),
            Optional.ofNullable(properties.getAppId()),
            Optional.ofNullable(properties.getPriority())),
        delivery.getBody());
  }
}
