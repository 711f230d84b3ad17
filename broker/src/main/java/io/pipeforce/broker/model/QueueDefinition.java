package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.FieldTable;
import org.jspecify.annotations.Nullable;

/**
 * What a queue was declared as.
 *
 * <p>As in RabbitMQ 4, an exclusive queue is never durable, whatever was asked for, and a queue
 * that does not say what type it is says classic from then on.
 *
 * @param owner the connection to which it is exclusive, or null
 */
public record QueueDefinition(
    String name,
    boolean durable,
    boolean autoDelete,
    @Nullable Object owner,
    FieldTable arguments) {

  public QueueDefinition {
    durable = durable && owner == null;
    arguments = QueueArguments.withType(arguments);
  }

  public boolean exclusive() {
    return owner != null;
  }

  public QueueType type() {
    return QueueArguments.type(arguments);
  }

  String described() {
    return Names.described("queue", name);
  }
}
