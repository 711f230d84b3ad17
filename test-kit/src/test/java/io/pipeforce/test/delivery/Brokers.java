package io.pipeforce.test.delivery;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.TestBroker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The brokers that every test of this suite runs on, and one connection to each for the tests. */
final class Brokers {
  private static final Map<TestBroker, Connection> CONNECTIONS = new ConcurrentHashMap<>();

  private Brokers() {}

  static Stream<TestBroker> all() {
    return RealBrokers.all();
  }

  static Connection connection(TestBroker broker) {
    return CONNECTIONS.compute(
        broker, (key, open) -> open != null && open.isOpen() ? open : connect(key));
  }

  private static Connection connect(TestBroker broker) {
    try {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(broker.uri());
      factory.setAutomaticRecoveryEnabled(false);
      return factory.newConnection("delivery suite");
    } catch (Exception e) {
      throw new AssertionError("no connection to " + broker + " at " + broker.uri(), e);
    }
  }
}
