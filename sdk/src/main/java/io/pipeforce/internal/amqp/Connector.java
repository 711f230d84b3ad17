package io.pipeforce.internal.amqp;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import io.pipeforce.BrokerAddress;
import io.pipeforce.BrokerUnavailableException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Opens connections to one broker, the same way each time. */
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
    factory.setHost(broker.host());
    factory.setPort(broker.port());
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

  BrokerAddress broker() {
    return broker;
  }

  /**
   * Opens a connection.
   *
   * @throws BrokerUnavailableException saying why there is none
   */
  Connection open(String purpose) {
    try {
      return factory.newConnection(name + " " + purpose);
    } catch (IOException | TimeoutException e) {
      throw new BrokerUnavailableException(Reasons.connecting(broker, e), e);
    }
  }
}
