package io.pipeforce.bench.scale;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much of everything a demand takes: arithmetic on what one of each costs, no more. It knows
 * nothing of networks, disks and uneven load.
 */
record Plan(Demand demand, Costs costs) {
  /** A RabbitMQ node that is planned with: four cores, 16 GiB. */
  static final int CORES = 4;

  static final int NODES = 3;
  private static final double MEMORY_MIB = 16 * 1024;

  /** Half of the CPU is for peaks, and for the time after a node has died. */
  static final double USABLE_CORES = NODES * CORES * 0.5;

  /** A node of deploy/kubernetes/rabbitmq that has nothing to do. */
  private static final double NODE_MIB = 107;

  /**
   * The part that RabbitMQ may use by deploy/kubernetes/rabbitmq, without three times the
   * write-ahead log of 512 MiB, which RabbitMQ's documentation asks to keep for it, and without the
   * node itself.
   */
  static final double USABLE_MIB = 0.6 * MEMORY_MIB - 3 * 512 - NODE_MIB;

  /** docs/kubernetes.md: MB at rest, and just after 500 starts; nine tenths of 256 MiB. */
  private static final double HUB_MB = 130;

  private static final double HUB_SERVICE_MB = (186 - HUB_MB) / 500;
  static final double SERVICES_OF_A_HUB = Math.floor((0.9 * 268 - HUB_MB) / HUB_SERVICE_MB);
  static final int HUBS = 2;

  /**
   * Its objects as JSON after it has been updated once, without its pods and events: bench/scale
   * kubernetes.
   */
  private static final double SERVICE_KIB = 31.4;

  /** A pod, in the same way. */
  private static final double INSTANCE_KIB = 8.7;

  private static final double PODS_OF_A_NODE = 110;
  private static final int KEDA_INTERVAL = 30;

  /** How much of it would be used, were all in one namespace with one RabbitMQ. */
  double used(Limit limit) {
    return switch (limit) {
      case QUEUES -> demand.queues();
      case CONNECTIONS -> demand.connections();
      case BROKER_MEMORY ->
          (demand.queues() * costs.queueKib()
                  + demand.connections() * costs.connectionKib() / NODES
                  + demand.consumers() * costs.consumerKib() / NODES)
              / 1024;
      case BROKER_CPU -> resting() + demand.messages() * costs.message() / 1e6;
      case HUB_MEMORY, DEPLOYMENTS_OF_A_NAMESPACE -> demand.services();
      case PODS_OF_A_NAMESPACE, PODS_OF_A_CLUSTER -> demand.instances();
      case SERVICES_OF_A_CLUSTER -> demand.withPort();
      case ETCD -> (demand.services() * SERVICE_KIB + demand.instances() * INSTANCE_KIB) / 1024;
    };
  }

  private double resting() {
    return (demand.queues() * costs.queueIdle()
            + demand.connections() * costs.connectionIdle()
            + demand.consumers() * costs.consumerIdle())
        / 1e6;
  }

  double times(Limit limit) {
    return used(limit) / limit.most;
  }

  /** The limits, what is exceeded most first. */
  List<Limit> first() {
    return Stream.of(Limit.values())
        .sorted(Comparator.comparingDouble(this::times).reversed())
        .toList();
  }

  private int atLeast(Limit... limits) {
    double most = 1;
    for (Limit limit : limits) {
      most = Math.max(most, times(limit));
    }
    return (int) Math.ceil(most);
  }

  /** RabbitMQs of three nodes. */
  int brokers() {
    return atLeast(Limit.QUEUES, Limit.CONNECTIONS, Limit.BROKER_MEMORY, Limit.BROKER_CPU);
  }

  /** Of each of their nodes, by what rests. */
  double nodeMemory() {
    return NODE_MIB + used(Limit.BROKER_MEMORY) / brokers();
  }

  /** A namespace has one hub, in two replicas, and one RabbitMQ, which others may share. */
  int namespaces() {
    return Math.max(
        brokers(),
        atLeast(Limit.HUB_MEMORY, Limit.PODS_OF_A_NAMESPACE, Limit.DEPLOYMENTS_OF_A_NAMESPACE));
  }

  /** Pods of the services, of the hubs and of the brokers. */
  int pods() {
    return demand.instances() + HUBS * namespaces() + NODES * brokers();
  }

  int clusters() {
    return atLeast(Limit.PODS_OF_A_CLUSTER, Limit.SERVICES_OF_A_CLUSTER, Limit.ETCD);
  }

  /** Nodes for services, without those of the brokers: by number of pods, memory or CPU. */
  int machines() {
    double memory = demand.instances() * costs.instanceMib() / (0.8 * MEMORY_MIB);
    double cpu = handlingCores() / (0.5 * CORES);
    return (int) Math.ceil(Math.max(demand.instances() / PODS_OF_A_NODE, Math.max(memory, cpu)));
  }

  double handlingCores() {
    return demand.messages() * costs.handling() / 1e6;
  }

  /** Of all hubs. */
  double hubCores() {
    return (double) demand.services() / Demand.SECONDS_BETWEEN_REQUESTS * costs.hubRequest() / 1e6;
  }

  /** Cores of one RabbitMQ that answer KEDA, when each of its services is scaled. */
  double kedaCores() {
    double queues = (double) demand.queues() / brokers();
    double questions = (double) demand.services() / brokers() / KEDA_INTERVAL;
    return questions * costs.kedaQuestion() * queues / ScaleBench.MANY / 1e6;
  }

  /** So many quorum queues at least carry all messages. */
  int hotQueues() {
    return (int) Math.ceil(demand.messages() / costs.hotQueue());
  }

  /** Cores of all brokers when the messages go through streams instead, each to one reader. */
  double streamCores() {
    return demand.messages() * costs.streamMessage() / 1e6;
  }
}
