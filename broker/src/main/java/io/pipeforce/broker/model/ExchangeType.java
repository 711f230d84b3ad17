package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.Arrays;

/** The four exchange types of AMQP 0-9-1, and the one that RabbitMQ 4 adds to them. */
public enum ExchangeType {
  DIRECT("direct"),
  FANOUT("fanout"),
  TOPIC("topic"),
  HEADERS("headers"),
  LOCAL_RANDOM("x-local-random", "Picks one random local binding (queue) to route via (to).");

  private final String text;
  private final String description;

  ExchangeType(String text) {
    this(text, "AMQP " + text + " exchange, as per the AMQP specification");
  }

  ExchangeType(String text, String description) {
    this.text = text;
    this.description = description;
  }

  public String description() {
    return description;
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

  /**
   * @throws AmqpException 406 for what cannot be bound to an exchange of this type
   */
  void check(Destination destination, String routingKey, FieldTable arguments) {
    switch (this) {
      case HEADERS -> HeadersRouter.check(arguments);
      case LOCAL_RANDOM -> LocalRandomRouter.check(destination, routingKey);
      case DIRECT, FANOUT, TOPIC -> {}
    }
  }

  Router newRouter() {
    return switch (this) {
      case DIRECT -> new DirectRouter();
      case FANOUT -> new FanoutRouter();
      case TOPIC -> new TopicRouter();
      case HEADERS -> new HeadersRouter();
      case LOCAL_RANDOM -> new LocalRandomRouter();
    };
  }
}
