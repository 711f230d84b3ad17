package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.BasicProperties;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Properties and body of a message, shared by all queues that hold it.
 *
 * <p>The encoded properties are kept as they came, so that passing a message on encodes nothing.
 */
public final class Content {
  private final BasicProperties properties;
  private final byte[] encodedProperties;
  private final byte[] body;
  private final AtomicInteger holders = new AtomicInteger();

  public Content(BasicProperties properties, byte[] encodedProperties, byte[] body) {
    this.properties = properties;
    this.encodedProperties = encodedProperties;
    this.body = body;
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

  int size() {
    return body.length + encodedProperties.length;
  }

  boolean firstHolder() {
    return holders.getAndIncrement() == 0;
  }

  boolean lastHolder() {
    return holders.decrementAndGet() == 0;
  }
}
