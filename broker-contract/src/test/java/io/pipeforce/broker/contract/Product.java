package io.pipeforce.broker.contract;

import io.pipeforce.test.internal.TestBroker;
import java.util.stream.Stream;

/** What the suite runs on: ours, and the versions of RabbitMQ. The dev broker follows 4.0. */
enum Product {
  DEV("dev", "4.0"),
  RABBITMQ_3_10("rabbitmq-3.10", "3.10"),
  RABBITMQ_4_0("rabbitmq-4.0", "4.0"),
  RABBITMQ_4_3("rabbitmq-4.3", "4.3");

  private final String brokerName;
  private final String version;

  Product(String brokerName, String version) {
    this.brokerName = brokerName;
    this.version = version;
  }

  static Product of(TestBroker broker) {
    return Stream.of(values())
        .filter(product -> product.brokerName.equals(broker.name()))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException("The parity page has no column for " + broker.name()));
  }

  /** Of RabbitMQ; the dev broker's is the one it follows. */
  String version() {
    return version;
  }

  String title() {
    return this == DEV ? "dev broker" : "RabbitMQ " + version;
  }
}
