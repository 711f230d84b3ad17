package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import io.pipeforce.BrokerAddress;
import io.pipeforce.BrokerUnavailableException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Opens connections to a broker, the same way each time. */
final class Connector {
  private final BrokerAddress broker;
  private final String name;
  private final ConnectionFactory factory = new ConnectionFactory();

  /**
   * @param name what the broker's management shows as the connection's name
   */
  Connector(BrokerAddress broker, String name) {
    this.broker = broker;
    this.name = name;
    factory.setUsername(broker.username());
    factory.setPassword(broker.password());
    factory.setVirtualHost(broker.virtualHost());
    Map<String, Object> properties = new HashMap<>(factory.getClientProperties());
    properties.put("product", "PIPEFORCE for Java");
    factory.setClientProperties(properties);
    // The supervisor does it: one way for the first connect and for every other.
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setConnectionTimeout(5_000);
    // A node that starts up accepts connections before it answers on them.
    factory.setHandshakeTimeout(15_000);
    factory.setRequestedHeartbeat(20);
    // A node in trouble may never answer; the supervisor then begins anew.
    factory.setChannelRpcTimeout(30_000);
    // What the broker let in must come out: a smaller limit here would close the connection at the
    // same message again and again.
    factory.setMaxInboundMessageBodySize(Integer.MAX_VALUE);
    factory.setExceptionHandler(new ForgivingExceptionHandler());
    // Not virtual: the JDK's thread that polls sockets for them never ends, and a JVM waits 300 ms
    // for threads in native code when it exits. A command line would pay that each time.
    factory.setThreadFactory(Thread.ofPlatform().daemon().name("pipeforce-amqp-", 0).factory());
    ExecutorService workers =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("pipeforce-dispatch-", 0).factory());
    factory.setSharedExecutor(workers);
    if (broker.tls()) {
      try {
        factory.useSslProtocol(javax.net.ssl.SSLContext.getDefault());
        factory.enableHostnameVerification();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this JVM has no TLS: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Opens a connection to any node of the broker.
   *
   * @throws BrokerUnavailableException saying why there is none
   */
  Connection open(String purpose) {
    return open(List.of(purpose)).connections().getFirst();
  }

  /**
   * Connections that were opened together.
   *
   * @param at the node that answered
   */
  record Opened(BrokerAddress at, List<Connection> connections) {}

  /**
   * Opens a connection for each purpose, all to one node of the broker: when it dies, they are lost
   * once. The nodes are tried in random order, so that services spread over a cluster.
   *
   * @throws BrokerUnavailableException saying why there are none, for each node
   */
  Opened open(List<String> purposes) {
    Map<BrokerAddress.Node, BrokerUnavailableException> failures = new HashMap<>();
    List<BrokerAddress.Node> nodes = new ArrayList<>(broker.nodes());
    Collections.shuffle(nodes);
    for (BrokerAddress.Node node : nodes) {
      try {
        return open(broker.withNodes(List.of(node)), purposes);
      } catch (BrokerUnavailableException e) {
        failures.put(node, e);
      }
    }
    // In the order of the address: the same failure reads the same each time, and is said once.
    List<BrokerUnavailableException> inOrder =
        broker.nodes().stream().distinct().map(failures::get).toList();
    throw new BrokerUnavailableException(
        inOrder.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")),
        inOrder.getLast());
  }

  private Opened open(BrokerAddress at, List<String> purposes) {
    List<Connection> connections = new ArrayList<>();
    try {
      for (String purpose : purposes) {
        connections.add(
            factory.newConnection(
                List.of(new Address(at.host(), at.port())), name + " " + purpose));
      }
      return new Opened(at, connections);
    } catch (IOException | TimeoutException e) {
      connections.forEach(Connector::abort);
      throw new BrokerUnavailableException(Reasons.connecting(at, e), e);
    }
  }

  /** Closes a connection, with little patience for a broker that does not answer. */
  static void abort(Connection connection) {
    connection.abort(AMQP.REPLY_SUCCESS, "closed", 2_000);
  }
}
