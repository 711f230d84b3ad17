package io.pipeforce.bench.scale;

/**
 * What one namespace with one hub and one RabbitMQ of three nodes can bear, and what then helps.
 */
enum Limit {
  /** Amazon's default for RabbitMQ 4 with quorum queues on four cores and 16 GiB. */
  QUEUES(2_000, "quorum queues of a RabbitMQ"),
  /** From the same table, a node. */
  CONNECTIONS(3 * 3_000, "connections of a RabbitMQ"),
  BROKER_MEMORY(Plan.USABLE_MIB, "memory of a RabbitMQ node, MiB"),
  BROKER_CPU(Plan.USABLE_CORES, "cores of a RabbitMQ"),
  /** What a hub of 256 MiB can keep in view. */
  HUB_MEMORY(Plan.SERVICES_OF_A_HUB, "services that a hub has in view"),
  PODS_OF_A_NAMESPACE(3_000, "pods of a namespace"),
  DEPLOYMENTS_OF_A_NAMESPACE(2_000, "Deployments of a namespace"),
  SERVICES_OF_A_CLUSTER(10_000, "Services of a Kubernetes"),
  PODS_OF_A_CLUSTER(150_000, "pods of a Kubernetes"),
  ETCD(8 * 1024, "etcd of a Kubernetes, MiB");

  /** How much of it one can have. */
  final double most;

  final String text;

  Limit(double most, String text) {
    this.most = most;
    this.text = text;
  }
}
