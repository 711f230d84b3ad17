package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.pipeforce.hub.platform.InstanceStatus;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.ServiceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * A service as the cluster shows it.
 *
 * @param spec what was asked for
 * @param digest which image exactly
 * @param version of the pods that were asked for
 * @param url of its ingress
 * @param deployment what keeps the pods
 * @param pods all of them, of any version
 */
record ServiceView(
    ServiceSpec spec,
    Optional<String> digest,
    String version,
    Optional<String> url,
    Optional<Deployment> deployment,
    List<PodView> pods) {

  static ServiceView of(
      ConfigMap record, Optional<String> url, Optional<Deployment> deployment, List<Pod> pods) {
    Map<String, String> noted = record.getMetadata().getAnnotations();
    return new ServiceView(
        spec(record),
        Optional.of(noted.getOrDefault(Labels.DIGEST, "")).filter(text -> !text.isEmpty()),
        noted.getOrDefault(Labels.VERSION, ""),
        url,
        deployment,
        pods.stream().map(PodView::new).toList());
  }

  static ServiceSpec spec(ConfigMap record) {
    return JsonMapper.shared()
        .readValue(record.getMetadata().getAnnotations().get(Labels.SPEC), ServiceSpec.class);
  }

  /** Whether all pods are ready and of the wanted version, and none of another takes requests. */
  boolean isAsWanted() {
    long ready = pods.stream().filter(pod -> pod.isOf(version) && pod.isReady()).count();
    boolean others = pods.stream().anyMatch(pod -> !pod.isStopping() && !pod.isOf(version));
    return isNoticed() && ready == wanted() && !others && unready() == 0;
  }

  private long unready() {
    return pods.stream().filter(pod -> !pod.isStopping() && !pod.isReady()).count();
  }

  /** How many pods there should be: a scaler may know better than who started it. */
  private int wanted() {
    return deployment.map(each -> each.getSpec().getReplicas()).orElse(0);
  }

  /** Whether the cluster has begun to do what was asked for. */
  private boolean isNoticed() {
    return spec.workload().isEmpty()
        || deployment
            .filter(each -> each.getStatus().getObservedGeneration() != null)
            .filter(each ->
                each.getStatus().getObservedGeneration() >= each.getMetadata().getGeneration())
            .filter(each ->
                version.equals(
                    each.getSpec().getTemplate().getMetadata().getLabels().get(Labels.VERSION)))
            .isPresent();
  }

  /** The pod of the wanted version that cannot become ready, if there is one. */
  Optional<PodView> troubled(Instant now) {
    return pods.stream()
        .filter(pod -> pod.isOf(version) && !pod.isStopping())
        .filter(pod -> pod.trouble(now).isPresent())
        .findFirst();
  }

  /** Why the cluster makes no pods, such as a quota; empty when it does. */
  Optional<String> refused() {
    return deployment.map(each -> each.getStatus().getConditions()).orElse(List.of()).stream()
        .filter(each -> "ReplicaFailure".equals(each.getType()) && "True".equals(each.getStatus()))
        .map(each -> "the cluster makes no pod: " + each.getMessage())
        .findFirst();
  }

  boolean hasReadyPods() {
    return pods.stream().anyMatch(PodView::isReady);
  }

  ServiceStatus status(Instant now) {
    List<InstanceStatus> instances = pods.stream().map(pod -> pod.status(now)).toList();
    ServiceStatus.State state;
    if (spec.workload().isEmpty()) {
      state = ServiceStatus.State.SLOT;
    } else if (isAsWanted()) {
      state = ServiceStatus.State.RUNNING;
    } else if (pods.stream()
        .anyMatch(pod -> !pod.isStopping() && !pod.isReady() && pod.trouble(now).isPresent())) {
      state = ServiceStatus.State.FAILING;
    } else if (pods.stream().anyMatch(pod -> !pod.isStopping() && !pod.isOf(version))) {
      state = ServiceStatus.State.UPDATING;
    } else {
      state = ServiceStatus.State.STARTING;
    }
    return new ServiceStatus(spec, digest, state, instances, url);
  }
}
