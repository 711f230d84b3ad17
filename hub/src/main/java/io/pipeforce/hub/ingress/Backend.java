package io.pipeforce.hub.ingress;

import java.net.InetSocketAddress;

/** What the name of an ingress leads to. */
public sealed interface Backend {
  /** No service has it. */
  record Unknown() implements Backend {}

  /**
   * A service has it, and none of its instances takes requests now.
   *
   * @param why what whoever called reads after the service's name: {@code is starting}
   */
  record Away(String service, String why) implements Backend {}

  /**
   * Takes the request.
   *
   * @param lease says that a request is under way; closed once, when its answer or its tunnel has
   *     ended
   */
  record Instance(String service, InetSocketAddress address, Lease lease) implements Backend {}

  /** Ends when a request is no longer under way. */
  @FunctionalInterface
  interface Lease extends AutoCloseable {
    @Override
    void close();
  }
}
