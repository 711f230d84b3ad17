package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.Surroundings;
import io.pipeforce.hub.platform.Workload;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a service is in the cluster.
 *
 * @param record says what was asked for; the others belong to it and go with it, but the claims
 * @param variables of the pods
 * @param claims of volumes, which stay when the service goes
 * @param scaling by what waits in its queues
 * @param version of the pods
 */
record ServiceObjects(
    ConfigMap record,
    Optional<Secret> variables,
    List<PersistentVolumeClaim> claims,
    Optional<Service> service,
    Optional<Deployment> deployment,
    Optional<Ingress> ingress,
    Optional<Scaling> scaling,
    String version) {
  private static final String PREFIX = "pipeforce-service-";
  private static final Quantity VOLUME_SIZE = new Quantity("1Gi");

  /** So long a process may take to its first sign of life. */
  private static final Duration STARTING = Duration.ofMinutes(1);

  /** After the last delivery, for closing what is open. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** As long as others may need to notice that a pod takes no requests any more. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  static String recordName(String service) {
    return PREFIX + service;
  }

  /** Without pods: the place of a service is kept. */
  static ServiceObjects slot(ServiceSpec spec, Surroundings surroundings, String domain) {
    return new ServiceObjects(
        record(spec, Optional.empty(), ""),
        Optional.empty(),
        List.of(),
        service(spec),
        Optional.empty(),
        ingress(spec, surroundings, domain),
        Optional.empty(),
        "");
  }

  /** All of it. */
  static ServiceObjects of(
      ServiceSpec spec,
      Workload workload,
      PodImage image,
      Optional<String> pullSecret,
      Surroundings surroundings,
      String domain) {
    Map<String, String> labels = Labels.ofService(spec.name());
    Map<String, String> environment = environment(spec, workload, image, surroundings);
    Secret variables = PodTemplate.variables(spec.name(), labels, environment);
    PodSpec pod = pod(spec, workload, image, pullSecret, environment, variables);
    String version = PodTemplate.version(pod);
    return new ServiceObjects(
        record(spec, image.digest(), version),
        Optional.of(variables),
        spec.volumes().stream().map(path -> claim(spec, path)).toList(),
        service(spec),
        Optional.of(deployment(spec, pod, version)),
        ingress(spec, surroundings, domain),
        Optional.empty(),
        version);
  }

  /**
   * The same, with a number of pods that something else decides.
   *
   * @param now how many there are; empty when there are none yet
   */
  ServiceObjects scaled(ServiceSpec spec, Scaling by, Optional<Integer> now) {
    int most = spec.maxReplicas().orElse(spec.replicas());
    // Who says nothing of the number would give it up, and there would be one for a moment.
    int replicas = Math.clamp(now.orElse(spec.replicas()), spec.replicas(), most);
    return new ServiceObjects(
        record,
        variables,
        claims,
        service,
        deployment.map(each -> each.edit().editSpec().withReplicas(replicas).endSpec().build()),
        ingress,
        Optional.of(by),
        version);
  }

  private static ConfigMap record(ServiceSpec spec, Optional<String> digest, String version) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(recordName(spec.name()))
        .withLabels(Labels.ofService(spec.name()))
        .addToAnnotations(Labels.SPEC, JsonMapper.shared().writeValueAsString(withoutValues(spec)))
        .addToAnnotations(Labels.DIGEST, digest.orElse(""))
        .addToAnnotations(Labels.VERSION, version)
        .endMetadata()
        .build();
  }

  private static ServiceSpec withoutValues(ServiceSpec spec) {
    return new ServiceSpec(
        spec.name(),
        spec.workload().map(ServiceObjects::withoutValues),
        spec.port(),
        spec.ingress(),
        spec.replicas(),
        spec.maxReplicas(),
        spec.volumes());
  }

  static Workload withoutValues(Workload workload) {
    return new Workload(
        workload.image(),
        workload.pullPolicy(),
        workload.env().keySet().stream().collect(Collectors.toMap(name -> name, _ -> "")),
        workload.command(),
        workload.args());
  }

  private static Map<String, String> environment(
      ServiceSpec spec, Workload workload, PodImage image, Surroundings surroundings) {
    Map<String, String> environment = new LinkedHashMap<>(surroundings.environment(spec.name()));
    spec.port().ifPresent(port -> environment.put("PORT", Integer.toString(port)));
    image
        .labels()
        .healthPort()
        .ifPresent(port -> environment.put("PIPEFORCE_HEALTH_PORT", Integer.toString(port)));
    environment.putAll(workload.env());
    return environment;
  }

  private static PodSpec pod(
      ServiceSpec spec,
      Workload workload,
      PodImage image,
      Optional<String> pullSecret,
      Map<String, String> environment,
      Secret variables) {
    ContainerBuilder container =
        PodTemplate.container(
            image,
            workload,
            PodTemplate.references(environment.keySet(), variables.getMetadata().getName()),
            true);
    Optional<Integer> health = image.labels().healthPort();
    spec.port()
        .ifPresent(port ->
            container
                .addNewPort()
                .withName("http")
                .withContainerPort(port)
                .withProtocol("TCP")
                .endPort());
    if (health.isPresent()) {
      container
          .withReadinessProbe(http("/health/ready", health.get(), Duration.ofSeconds(1), 3))
          .withLivenessProbe(
              // No startup probe: a pod would be ready a second later.
              http("/health/live", health.get(), Duration.ofSeconds(10), 3)
                  .edit()
                  .withInitialDelaySeconds((int) STARTING.toSeconds())
                  .build());
    } else if (spec.port().isPresent()) {
      container.withReadinessProbe(
          probe(Duration.ofSeconds(1), 3)
              .withNewTcpSocket()
              .withPort(new IntOrString(spec.port().get()))
              .endTcpSocket()
              .build());
    }
    Duration grace = image.labels().longestHandler().plus(GRACE);
    if (spec.port().isPresent()) {
      container
          .withNewLifecycle()
          .withNewPreStop()
          .withNewExec()
          .withCommand("sleep", Long.toString(DRAIN.toSeconds()))
          .endExec()
          .endPreStop()
          .endLifecycle();
      grace = grace.plus(DRAIN);
    }
    for (String path : spec.volumes()) {
      container.addNewVolumeMount().withName(volume(path)).withMountPath(path).endVolumeMount();
    }
    PodSpecBuilder pod =
        PodTemplate.pod(image, container.build(), pullSecret)
            .withTerminationGracePeriodSeconds(grace.plusMillis(999).toSeconds());
    for (String path : spec.volumes()) {
      pod.addNewVolume()
          .withName(volume(path))
          .withNewPersistentVolumeClaim(claimName(spec, path), false)
          .endVolume();
    }
    return pod.build();
  }

  private static Probe http(String path, int port, Duration period, int failures) {
    return probe(period, failures)
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(port))
        .endHttpGet()
        .build();
  }

  private static ProbeBuilder probe(Duration period, int failures) {
    return new ProbeBuilder()
        .withPeriodSeconds((int) period.toSeconds())
        .withTimeoutSeconds(2)
        .withFailureThreshold(failures);
  }

  private static Deployment deployment(ServiceSpec spec, PodSpec pod, String version) {
    DeploymentBuilder deployment =
        new DeploymentBuilder()
            .withNewMetadata()
            .withName(spec.name())
            .withLabels(Labels.ofService(spec.name()))
            .endMetadata()
            .withNewSpec()
            .withReplicas(spec.replicas())
            .withRevisionHistoryLimit(1)
            .withNewSelector()
            .withMatchLabels(Map.of(Labels.SERVICE, spec.name()))
            .endSelector()
            .withNewTemplate()
            .withNewMetadata()
            .withLabels(Labels.ofService(spec.name()))
            .addToLabels(Labels.VERSION, version)
            .endMetadata()
            .withSpec(pod)
            .endTemplate()
            .endSpec();
    if (spec.volumes().isEmpty()) {
      deployment
          .editSpec()
          .withNewStrategy()
          .withType("RollingUpdate")
          .withNewRollingUpdate()
          .withMaxUnavailable(new IntOrString(0))
          .withMaxSurge(new IntOrString("25%"))
          .endRollingUpdate()
          .endStrategy()
          .endSpec();
    } else {
      // A volume may be used on one node at a time: the version before has to let go of it.
      deployment.editSpec().withNewStrategy().withType("Recreate").endStrategy().endSpec();
    }
    return deployment.build();
  }

  private static PersistentVolumeClaim claim(ServiceSpec spec, String path) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(claimName(spec, path))
        .withLabels(Labels.ofService(spec.name()))
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withNewResources()
        .addToRequests("storage", VOLUME_SIZE)
        .endResources()
        .endSpec()
        .build();
  }

  private static String volume(String path) {
    return "volume-" + Fingerprint.of(path);
  }

  private static String claimName(ServiceSpec spec, String path) {
    return spec.name() + "-" + volume(path);
  }

  private static Optional<Service> service(ServiceSpec spec) {
    return spec.port()
        .map(port ->
            new ServiceBuilder()
                .withNewMetadata()
                .withName(spec.name())
                .withLabels(Labels.ofService(spec.name()))
                .endMetadata()
                .withNewSpec()
                .withSelector(Map.of(Labels.SERVICE, spec.name()))
                .addNewPort()
                .withName("http")
                .withPort(port)
                .withTargetPort(new IntOrString(port))
                .withProtocol("TCP")
                .endPort()
                .endSpec()
                .build());
  }

  static String host(String ingress, Surroundings surroundings, String domain) {
    return ingress + "-" + surroundings.namespace() + "." + domain;
  }

  private static Optional<Ingress> ingress(
      ServiceSpec spec, Surroundings surroundings, String domain) {
    if (spec.ingress().isEmpty()) {
      return Optional.empty();
    }
    String host = host(spec.ingress().get(), surroundings, domain);
    // Named after what it claims: no two services can have the same.
    return Optional.of(
        new IngressBuilder()
            .withNewMetadata()
            .withName(spec.ingress().get())
            .withLabels(Labels.ofService(spec.name()))
            .endMetadata()
            .withNewSpec()
            .addNewTl()
            .withHosts(host)
            .endTl()
            .addNewRule()
            .withHost(host)
            .withNewHttp()
            .addNewPath()
            .withPath("/")
            .withPathType("Prefix")
            .withNewBackend()
            .withNewService()
            .withName(spec.name())
            .withNewPort()
            .withName("http")
            .endPort()
            .endService()
            .endBackend()
            .endPath()
            .endHttp()
            .endRule()
            .endSpec()
            .build());
  }
}
