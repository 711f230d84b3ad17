package io.pipeforce.bench.scale;

/**
 * What is to be run.
 *
 * @param name as the head of a column
 * @param messages a second, each to one handler
 */
record Demand(String name, int services, int messages) {
  static final int HANDLERS = 2;
  static final int INSTANCES = 2;

  /** Of a virtual host: five delays, and the dead letters. */
  private static final int SHARED_QUEUES = 6;

  /** One of so many services is called over HTTP, and has a Service and an Ingress. */
  static final int WITH_PORT = 2;

  /** Requests to hubs: one in so many seconds for each service. */
  static final int SECONDS_BETWEEN_REQUESTS = 10;

  Demand {
    if (services < 1 || messages < 0) {
      throw new IllegalArgumentException("at least a service, and no less than no message");
    }
  }

  int queues() {
    return services * HANDLERS + SHARED_QUEUES;
  }

  int instances() {
    return services * INSTANCES;
  }

  /** An instance publishes on one and consumes on another. */
  int connections() {
    return instances() * 2;
  }

  int consumers() {
    return instances() * HANDLERS;
  }

  /** Services of the cluster. */
  int withPort() {
    return Math.ceilDiv(services, WITH_PORT);
  }
}
