package io.pipeforce.hub.platform;

import java.util.List;
import java.util.Optional;

/**
 * A service as it is wanted.
 *
 * @param name of the service
 * @param workload what it runs; empty when only its place is kept
 * @param port on which it listens for HTTP
 * @param ingress under which name it is reached from outside
 * @param replicas how many instances
 * @param maxReplicas how many of them there may be when messages wait, where the platform can tell;
 *     empty for never more
 * @param volumes absolute paths whose content outlives the instances
 */
public record ServiceSpec(
    String name,
    Optional<Workload> workload,
    Optional<Integer> port,
    Optional<String> ingress,
    int replicas,
    Optional<Integer> maxReplicas,
    List<String> volumes) {
  private static final int MOST_REPLICAS = 100;

  public ServiceSpec {
    Names.label("name", name);
    ingress.ifPresent(label -> Names.label("ingress", label));
    port.ifPresent(number ->
        require(number > 0 && number < 65_536, "port must be 1 to 65535, was: " + number));
    require(
        replicas >= 0 && replicas <= MOST_REPLICAS,
        "replicas must be 0 to " + MOST_REPLICAS + ", was: " + replicas);
    require(
        ingress.isEmpty() || port.isPresent(),
        "an ingress needs a port: the one on which the service listens for HTTP");
    maxReplicas.ifPresent(most ->
        require(
            most >= replicas && most <= MOST_REPLICAS,
            "maxReplicas must be replicas (%d) to %d, was: %d"
                .formatted(replicas, MOST_REPLICAS, most)));
    for (String volume : volumes) {
      require(
          volume.matches("(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+"),
          "a volume must be an absolute path like /app/data, was: " + volume);
    }
    volumes = List.copyOf(volumes);
  }

  /** With a fixed number of instances. */
  public ServiceSpec(
      String name,
      Optional<Workload> workload,
      Optional<Integer> port,
      Optional<String> ingress,
      int replicas,
      List<String> volumes) {
    this(name, workload, port, ingress, replicas, Optional.empty(), volumes);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
