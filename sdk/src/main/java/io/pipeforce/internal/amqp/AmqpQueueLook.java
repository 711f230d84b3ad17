package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.BrokerAddress;
import io.pipeforce.Message;
import io.pipeforce.MessagingException;
import io.pipeforce.QueueLook;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Looks over a connection of its own. */
public final class AmqpQueueLook implements QueueLook {
  private static final Duration CONFIRM_WITHIN = Duration.ofSeconds(30);

  private final Connection connection;

  private AmqpQueueLook(Connection connection) {
    this.connection = connection;
  }

  /** See {@link QueueLook#open}. */
  public static QueueLook open(BrokerAddress broker) {
    return new AmqpQueueLook(new Connector(broker, "pipeforce-client").open("look"));
  }

  private interface Work<T> {
    T run() throws IOException, TimeoutException, InterruptedException;
  }

  private static <T> T attempt(String queue, Work<T> work) {
    try {
      return work.run();
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw new MessagingException(
          "could not look into queue " + queue + ": " + Reasons.text(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MessagingException("could not look into queue " + queue + ": interrupted", e);
    }
  }

  @Override
  public Optional<Count> count(String queue) {
    return attempt(
        queue,
        () -> {
          Channel channel = Link.channel(connection);
          try {
            AMQP.Queue.DeclareOk found = channel.queueDeclarePassive(queue);
            channel.close();
            return Optional.of(new Count(found.getMessageCount(), found.getConsumerCount()));
          } catch (IOException e) {
            int code = Reasons.code(e);
            if (code == AMQP.NOT_FOUND || code == AMQP.RESOURCE_LOCKED) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  @Override
  public List<Message> messages(String queue, int most, OptionalLong deliveryLimit) {
    return attempt(
        queue,
        () -> {
          List<GetResponse> got = new ArrayList<>();
          // Its close gives all of it back at the head, in order. A requeue would put it behind the
          // others on a quorum queue without a limit.
          try (Channel channel = Link.channel(connection)) {
            GetResponse next = most > 0 ? channel.basicGet(queue, false) : null;
            while (next != null) {
              got.add(next);
              next = got.size() < most ? channel.basicGet(queue, false) : null;
            }
            if (deliveryLimit.isPresent()) {
              List<GetResponse> spent =
                  got.stream().filter(one -> count(one) >= deliveryLimit.getAsLong()).toList();
              if (!spent.isEmpty()) {
                sendAgain(queue, spent, channel);
              }
            }
          }
          return got.stream().map(AmqpQueueLook::message).toList();
        });
  }

  private static int count(GetResponse message) {
    return Headers.number(message.getProps().getHeaders(), "x-delivery-count", 0);
  }

  private void sendAgain(String queue, List<GetResponse> spent, Channel taken)
      throws IOException, TimeoutException, InterruptedException {
    try (Channel channel = Link.channel(connection)) {
      AtomicBoolean returned = new AtomicBoolean();
      channel.addReturnListener(_ -> returned.set(true));
      channel.confirmSelect();
      for (GetResponse message : spent) {
        channel.basicPublish("", queue, true, again(message.getProps()), message.getBody());
        if (!channel.waitForConfirms(CONFIRM_WITHIN.toMillis()) || returned.get()) {
          throw new MessagingException(
              "a message of queue "
                  + queue
                  + " has no delivery left, and the queue does not take it again");
        }
        taken.basicAck(message.getEnvelope().getDeliveryTag(), false);
      }
    }
  }

  private static BasicProperties again(BasicProperties properties) {
    @Nullable Map<String, Object> given = properties.getHeaders();
    Map<String, Object> headers = given == null ? new HashMap<>() : new HashMap<>(given);
    headers.remove("x-delivery-count");
    headers.remove("x-acquired-count");
    return properties.builder().headers(headers).build();
  }

  private static Message message(GetResponse got) {
    return new Message(
        got.getEnvelope().getExchange(),
        got.getEnvelope().getRoutingKey(),
        Headers.toApi(got.getProps().getHeaders()),
        Headers.toApi(got.getProps()),
        got.getBody());
  }

  @Override
  public void close() {
    Connector.abort(connection);
  }
}
