package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.ReplyCode;
import io.pipeforce.broker.wire.Text;

/** What may be named how, and how to say that nothing has a name. */
final class Names {
  private static final String RESERVED = "amq.";

  private static final int LONGEST = 255;

  /** So many octets a letter of Java has in UTF-8. */
  private static final int MOST_OCTETS = 3;

  private Names() {}

  /**
   * @throws AmqpException 403
   */
  static void refuseDefault(String exchange) {
    if (exchange.isEmpty()) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED, "operation not permitted on the default exchange");
    }
  }

  static boolean isReserved(String name) {
    return name.startsWith(RESERVED);
  }

  /**
   * @throws AmqpException 403
   */
  static void refuseReserved(String kind, String name) {
    if (isReserved(name)) {
      throw new AmqpException(
          ReplyCode.ACCESS_REFUSED,
          "%s name '%s' contains reserved prefix 'amq.*'".formatted(kind, name));
    }
  }

  /**
   * An argument that names something must be text.
   *
   * @throws AmqpException 406
   */
  static void checkArgument(FieldTable arguments, String argument, String kind, String name) {
    Field value = arguments.get(argument);
    if (value != null && arguments.text(argument).isEmpty()) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "invalid type '%s' for arg '%s' in %s"
              .formatted(value.typeName(), argument, described(kind, name)));
    }
  }

  /**
   * AMQP has no word for what is longer than 255 octets, but HTTP has. RabbitMQ takes exchanges and
   * routing keys of any length over HTTP, and closes the connection of whoever gets such a message
   * with 541.
   *
   * @throws AmqpException 406
   */
  static void checkLength(String kind, String name) {
    if (name.length() <= LONGEST / MOST_OCTETS) {
      return;
    }
    int octets = Text.encode(name).length;
    if (octets > LONGEST) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "%s should be less than 255 bytes, actually was %d\n".formatted(kind, octets));
    }
  }

  static AmqpException notFound(String kind, String name) {
    return new AmqpException(ReplyCode.NOT_FOUND, "no " + described(kind, name));
  }

  /** As error texts name things. */
  static String described(String kind, String name) {
    return "%s '%s' in vhost '%s'".formatted(kind, name, VirtualHost.NAME);
  }
}
