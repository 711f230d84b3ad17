package io.pipeforce.broker;

import io.pipeforce.broker.session.Limits;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a broker is to run.
 *
 * @param host name or address to listen on
 * @param port for AMQP; 0 for any free one
 * @param managementPort for the management HTTP API; 0 for any free one, empty for none
 * @param data folder for durable exchanges, queues, bindings and messages, made when it is not
 *     there; empty to keep all in memory
 * @param limits what one client may ask for
 */
public record BrokerOptions(
    String host, int port, OptionalInt managementPort, Optional<Path> data, Limits limits) {
  public BrokerOptions {
    check("port", port);
    managementPort.ifPresent(value -> check("managementPort", value));
  }

  private static void check(String name, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(name + " must be 0 to 65535, was: " + port);
    }
  }

  /** Listens on 127.0.0.1 on any free port, without management, all in memory. */
  public static BrokerOptions local() {
    return new BrokerOptions("127.0.0.1", 0, OptionalInt.empty(), Optional.empty(), Limits.DEFAULT);
  }

  public BrokerOptions withPort(int changed) {
    return new BrokerOptions(host, changed, managementPort, data, limits);
  }

  /** With the management HTTP API on this port; 0 for any free one. */
  public BrokerOptions withManagementPort(int changed) {
    return new BrokerOptions(host, port, OptionalInt.of(changed), data, limits);
  }

  /**
   * With what is durable kept in this folder: it survives a restart and a crash, and is confirmed
   * when it is on the disk. One broker at a time can use a folder.
   */
  public BrokerOptions withData(Path changed) {
    return new BrokerOptions(host, port, managementPort, Optional.of(changed), limits);
  }

  public BrokerOptions withLimits(Limits changed) {
    return new BrokerOptions(host, port, managementPort, data, changed);
  }
}
