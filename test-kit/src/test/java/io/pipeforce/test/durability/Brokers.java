package io.pipeforce.test.durability;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.TestBroker;
import java.util.Optional;
import java.util.stream.Stream;

/** The brokers that these tests run on: one dev broker for all of them, and the real ones. */
final class Brokers {
  private static final class Dev {
    static final Broker BROKER = Broker.start(BrokerOptions.local());
  }

  private Brokers() {}

  static Stream<TestBroker> all() {
    return Stream.concat(
        Stream.of(new TestBroker("dev", Dev.BROKER.uri(), Optional.empty())),
        RealBrokers.present());
  }

  static Connection connect(TestBroker broker) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection("durability test");
  }
}
