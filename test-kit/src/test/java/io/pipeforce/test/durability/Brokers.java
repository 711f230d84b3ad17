package io.pipeforce.test.durability;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.pipeforce.test.internal.TestBroker;

/** Connections of the tests themselves. */
final class Brokers {
  private Brokers() {}

  static Connection connect(TestBroker broker) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection("durability test");
  }
}
