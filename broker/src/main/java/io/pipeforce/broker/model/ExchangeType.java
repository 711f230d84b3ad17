package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.Arrays;

/** The four exchange types of AMQP 0-9-1. */
public enum ExchangeType {
  DIRECT("direct"),
  FANOUT("fanout"),
  TOPIC("topic"),
  HEADERS("headers");

  private final String text;

  ExchangeType(String text) {
    this.text = text;
  }

  /**
   * @throws AmqpException 406 for an unknown one, as RabbitMQ 4 (3.x closed the connection)
   */
  public static ExchangeType of(String text) {
    return Arrays.stream(values())
        .filter(type -> type.text.equals(text))
        .findFirst()
        .orElseThrow(() ->
            new AmqpException(
                ReplyCode.PRECONDITION_FAILED,
                "%s exchange type '%s'".formatted(text.isEmpty() ? "invalid" : "unknown", text)));
  }

  public String text() {
    return text;
  }

  Router newRouter() {
    return switch (this) {
      case DIRECT -> new DirectRouter();
      case FANOUT -> new FanoutRouter();
      case TOPIC -> new TopicRouter();
      case HEADERS -> new HeadersRouter();
    };
  }
}
