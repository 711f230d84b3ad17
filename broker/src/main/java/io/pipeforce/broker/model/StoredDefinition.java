package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.WireReader;
import io.pipeforce.broker.wire.WireWriter;

/** What was declared durable, as it lies on the disk. */
sealed interface StoredDefinition {

  record OfExchange(
      String name, ExchangeType type, boolean autoDelete, boolean internal, FieldTable arguments)
      implements StoredDefinition {}

  /**
   * @param number of the queue, in the keys of its messages
   */
  record OfQueue(String name, long number, boolean autoDelete, FieldTable arguments)
      implements StoredDefinition {}

  record OfBinding(
      String source, boolean toQueue, String destination, String routingKey, FieldTable arguments)
      implements StoredDefinition {}

  default byte[] encode() {
    WireWriter out = new WireWriter(128);
    switch (this) {
      case OfExchange(var name, var type, var autoDelete, var internal, var arguments) -> {
        out.octet('E');
        out.longText(name);
        out.longText(type.name());
        out.bits(autoDelete, internal);
        arguments.writeTo(out);
      }
      case OfQueue(var name, var number, var autoDelete, var arguments) -> {
        out.octet('Q');
        out.longText(name);
        out.longLong(number);
        out.bits(autoDelete);
        arguments.writeTo(out);
      }
      case OfBinding(var source, var toQueue, var destination, var routingKey, var arguments) -> {
        out.octet('B');
        out.longText(source);
        out.bits(toQueue);
        out.longText(destination);
        out.longText(routingKey);
        arguments.writeTo(out);
      }
    }
    return out.toBytes();
  }

  static StoredDefinition decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    int kind = in.octet();
    return switch (kind) {
      case 'E' -> {
        String name = in.longText();
        ExchangeType type = ExchangeType.valueOf(in.longText());
        int bits = in.octet();
        yield new OfExchange(name, type, (bits & 1) != 0, (bits & 2) != 0, FieldTable.readFrom(in));
      }
      case 'Q' ->
          new OfQueue(in.longText(), in.longLong(), in.octet() != 0, FieldTable.readFrom(in));
      case 'B' -> {
        String source = in.longText();
        boolean toQueue = in.octet() != 0;
        yield new OfBinding(source, toQueue, in.longText(), in.longText(), FieldTable.readFrom(in));
      }
      default -> throw new IllegalStateException("a definition of unknown kind " + kind);
    };
  }
}
