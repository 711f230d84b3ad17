package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import io.pipeforce.BrokerAddress;
import io.pipeforce.BrokerUnavailableException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Opens connections to a broker, the same way each time. */
final class Connector {
  private static final AtomicInteger READERS = new AtomicInteger();

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
    factory.setThreadFactory(Connector::reader);
    factory.setSharedExecutor(new OnReaderThread());
    if (broker.tls()) {
      try {
        factory.useSslProtocol(javax.net.ssl.SSLContext.getDefault());
        factory.enableHostnameVerification();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this JVM has no TLS: " + e.getMessage(), e);
      }
    } else {
      factory.setSocketFactory(new BufferedSockets());
    }
  }

  // Not by Thread.Builder.factory(), whose counter is a VarHandle: to link it delays the start.
  private static Thread reader(Runnable work) {
    Thread thread = new Thread(work, "pipeforce-amqp-" + READERS.getAndIncrement());
    thread.setDaemon(true);
    return thread;
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
    List<Future<Connection>> opening = new ArrayList<>();
    // At the same time: each is a handful of questions and answers.
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String purpose : purposes) {
        opening.add(
            threads.submit(() ->
                factory.newConnection(
                    List.of(new Address(at.host(), at.port())), name + " " + purpose)));
      }
    }
    for (Future<Connection> opened : opening) {
      if (opened.state() != Future.State.SUCCESS) {
        Throwable failure = opened.exceptionNow();
        opening.stream()
            .filter(other -> other.state() == Future.State.SUCCESS)
            .forEach(other -> abort(other.resultNow()));
        throw new BrokerUnavailableException(Reasons.connecting(at, failure), failure);
      }
    }
    return new Opened(at, opening.stream().map(Future::resultNow).toList());
  }

  /** Closes a connection, with little patience for a broker that does not answer. */
  static void abort(Connection connection) {
    connection.abort(AMQP.REPLY_SUCCESS, "closed", 2_000);
  }
}
