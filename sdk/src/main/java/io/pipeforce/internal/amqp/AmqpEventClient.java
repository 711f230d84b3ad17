package io.pipeforce.internal.amqp;

import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import io.pipeforce.Message;
import io.pipeforce.OutgoingMessage;
import java.time.Duration;

/** Placeholder until the publisher lands in the next commit. */
public final class AmqpEventClient implements EventClient {
  private AmqpEventClient() {}

  public static EventClient connect(BrokerAddress broker, String exchange) {
    throw new IllegalStateException("not connected: " + broker + " " + exchange);
  }

  @Override
  public void send(OutgoingMessage message) {
    throw new IllegalStateException();
  }

  @Override
  public Message request(OutgoingMessage message, Duration timeout) {
    throw new IllegalStateException();
  }

  @Override
  public <T> T request(String key, Object payload, Class<T> answer, Duration timeout) {
    throw new IllegalStateException();
  }

  @Override
  public void close() {}
}
