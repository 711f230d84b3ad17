package io.pipeforce.broker.model;

/** What a binding leads to. */
public sealed interface Destination permits Queue, Exchange {
  String name();

  /** {@code queue} or {@code exchange}. */
  String kind();

  /** As RabbitMQ's error texts name it. */
  default String described() {
    return Names.described(kind(), name());
  }
}
