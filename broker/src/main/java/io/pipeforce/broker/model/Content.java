package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.BasicProperties;
import io.pipeforce.broker.wire.FieldTable;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Properties and body of a message, shared by all queues that hold it.
 *
 * <p>The encoded properties are kept as they came, so that passing a message on encodes nothing.
 */
public final class Content {
  private static final AtomicIntegerFieldUpdater<Content> HOLDERS =
      AtomicIntegerFieldUpdater.newUpdater(Content.class, "holders");

  private final BasicProperties properties;
  private final byte[] encodedProperties;
  private final byte[] body;
  private final int size;

  /** An object of its own would cost as much as all the other fields. */
  @SuppressWarnings("UnusedVariable") // changed by the updater
  private volatile int holders;

  public Content(BasicProperties properties, byte[] encodedProperties, byte[] body) {
    this.properties = properties;
    this.encodedProperties = encodedProperties;
    this.body = body;
    FieldTable headers = properties.headers();
    this.size = body.length + encodedProperties.length + (headers == null ? 0 : headers.weight());
  }

  public BasicProperties properties() {
    return properties;
  }

  public byte[] encodedProperties() {
    return encodedProperties;
  }

  public byte[] body() {
    return body;
  }

  public Content with(BasicProperties changed) {
    return new Content(changed, changed.encode(), body);
  }

  /** What it takes on the heap: decoded, a header field can cost a hundred times its octets. */
  int size() {
    return size;
  }

  boolean firstHolder() {
    return HOLDERS.getAndIncrement(this) == 0;
  }

  boolean lastHolder() {
    return HOLDERS.decrementAndGet(this) == 0;
  }
}
