package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way out of a queue.
 *
 * @param subscription null when it was fetched by a get
 * @param returns how often the message had come back before
 */
public record Delivery(
    Queue queue, @Nullable Subscription subscription, QueuedMessage entry, int returns) {

  public Message message() {
    return entry.message();
  }

  public boolean redelivered() {
    return attempts() > 0;
  }

  /** What the client gets to see: a quorum queue tells how often it has tried before. */
  public Content content() {
    Content content = message().content();
    if (attempts() == 0 || !queue.isQuorum()) {
      return content;
    }
    FieldTable headers = content.properties().headers();
    return content.with(
        content
            .properties()
            .withHeaders(
                (headers == null ? FieldTable.EMPTY : headers)
                    .with("x-delivery-count", new Field.Int64(attempts()))
                    .inOrder()));
  }

  /** A dead letter that was rejected counts that, until it comes back to this queue as well. */
  private int attempts() {
    return returns == 0 && queue.isQuorum() ? message().rejections() : returns;
  }
}
