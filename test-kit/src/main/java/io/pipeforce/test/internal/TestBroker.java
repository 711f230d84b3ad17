package io.pipeforce.test.internal;

import java.net.URI;
import java.util.Optional;

/**
 * A broker that a test runs on.
 *
 * @param name {@code dev}, or {@code rabbitmq-} with the version, such as {@code rabbitmq-3.10}
 * @param uri where it speaks AMQP 0-9-1, with the credentials
 * @param management the root of its management HTTP API, without {@code /api}
 */
public record TestBroker(String name, URI uri, Optional<URI> management) {

  public TestBroker {
    if (name.isBlank()) {
      throw new IllegalArgumentException("A broker needs a name");
    }
    if (!"amqp".equals(uri.getScheme()) || uri.getPort() < 1) {
      throw new IllegalArgumentException(
          "The URI of " + name + " must be amqp://HOST:PORT, was: " + uri);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
