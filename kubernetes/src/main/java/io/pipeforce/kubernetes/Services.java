package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.ServiceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The services of a namespace. Thread-safe. */
final class Services {
  /**
   * Until the end of a pod is told, after its grace period: a kubelet that has missed it looks once
   * a minute ({@code syncFrequency}).
   */
  private static final Duration KUBELET = Duration.ofMinutes(2);

  /** Until the cluster tells of what it was asked for. */
  private static final Duration NOTICED = Duration.ofSeconds(60);

  private static final String NAME = "metadata.name";

  private final Cluster cluster;
  private final Function<String, String> url;

  /**
   * @param url of an ingress
   */
  Services(Cluster cluster, Function<String, String> url) {
    this.cluster = cluster;
    this.url = url;
  }

  Optional<ServiceView> find(String name) {
    return cluster.record(name).map(this::view);
  }

  /** In the order of their names. */
  List<ServiceView> all() {
    return cluster.records().stream()
        .map(this::view)
        .sorted(Comparator.comparing(view -> view.spec().name()))
        .toList();
  }

  private ServiceView view(ConfigMap record) {
    ServiceSpec spec = ServiceView.spec(record);
    return ServiceView.of(
        record,
        spec.ingress().map(url),
        cluster.deployment(spec.name()),
        cluster.podsOfService(spec.name()));
  }

  /** Makes it so; the record first, to which all else belongs. */
  void apply(ServiceSpec spec, ServiceObjects objects, Optional<Secret> pullSecret) {
    boolean wasScaled =
        find(spec.name()).filter(view -> view.spec().maxReplicas().isPresent()).isPresent();
    ConfigMap record = cluster.apply(objects.record());
    OwnerReference owner =
        new OwnerReferenceBuilder()
            .withApiVersion("v1")
            .withKind("ConfigMap")
            .withName(record.getMetadata().getName())
            .withUid(record.getMetadata().getUid())
            .build();
    objects.ingress().ifPresent(ingress -> claim(spec, owned(ingress, owner)));
    pullSecret.ifPresent(secret -> cluster.apply(owned(secret, owner)));
    objects.variables().ifPresent(secret -> cluster.apply(owned(secret, owner)));
    objects.claims().forEach(cluster::apply);
    objects.service().ifPresent(service -> cluster.apply(owned(service, owner)));
    objects.deployment().ifPresent(deployment -> cluster.apply(owned(deployment, owner)));
    objects
        .scaling()
        .ifPresent(scaling -> {
          cluster.apply(owned(scaling.login(), owner));
          cluster.apply(owned(scaling.authentication(), owner));
          cluster.apply(owned(scaling.scaledObject(), owner));
        });
    if (wasScaled && objects.scaling().isEmpty()) {
      removeScaling(spec);
    }
    removeOthers(spec, objects);
  }

  private void removeScaling(ServiceSpec spec) {
    Cluster.call(
        "delete the ScaledObject " + spec.name(),
        () ->
            cluster
                .client()
                .genericKubernetesResources(Scaling.API, Scaling.KIND)
                .inNamespace(cluster.namespace())
                .withName(spec.name())
                .delete());
  }

  /** How many pods there are to be now. */
  Optional<Integer> replicas(String name) {
    return cluster.deployment(name).map(each -> each.getSpec().getReplicas());
  }

  private static <T extends HasMetadata> T owned(T object, OwnerReference owner) {
    ObjectMeta metadata = object.getMetadata();
    metadata.setOwnerReferences(List.of(owner));
    return object;
  }

  /** An ingress is one service's, and the cluster decides whose when two want it at once. */
  private void claim(ServiceSpec spec, Ingress ingress) {
    String name = ingress.getMetadata().getName();
    var ingresses = cluster.client().network().v1().ingresses().inNamespace(cluster.namespace());
    try {
      ingresses.resource(ingress).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw new PlatformException(
            "the cluster did not make the ingress: " + Cluster.reason(e), e);
      }
      Ingress there = ingresses.withName(name).get();
      String owner =
          there == null ? "" : there.getMetadata().getLabels().getOrDefault(Labels.SERVICE, "");
      if (there != null && !owner.equals(spec.name())) {
        throw taken(name, owner);
      }
      cluster.apply(ingress);
    }
  }

  private static PlatformException taken(String ingress, String owner) {
    return owner.isEmpty()
        ? new PlatformException(
            "there is an Ingress %s already which is none of ours; choose another"
                .formatted(ingress))
        : PlatformException.ingressIsTaken(ingress, owner);
  }

  /**
   * What is applied takes the place of what is there, so it has to be ours.
   *
   * @throws PlatformException when it is somebody else's, such as the hub's own Deployment
   */
  void requireOurs(String name) {
    if (find(name).isPresent()) {
      return;
    }
    KubernetesClient client = cluster.client();
    String namespace = cluster.namespace();
    List<HasMetadata> there = new ArrayList<>();
    Cluster.call(
        "list what is called " + name,
        () -> {
          there.addAll(
              client
                  .apps()
                  .deployments()
                  .inNamespace(namespace)
                  .withField(NAME, name)
                  .list()
                  .getItems());
          there.addAll(
              client.services().inNamespace(namespace).withField(NAME, name).list().getItems());
          return there;
        });
    there.stream()
        .filter(object -> !Labels.isOurs(object))
        .findFirst()
        .ifPresent(object -> {
          throw new PlatformException(
              "there is a %s already which is none of ours; choose another name"
                  .formatted(Cluster.name(object)));
        });
  }

  /**
   * @throws PlatformException when another service has it
   */
  void requireFreeIngress(ServiceSpec spec) {
    for (ServiceView other : all()) {
      if (spec.ingress().isPresent()
          && other.spec().ingress().equals(spec.ingress())
          && !other.spec().name().equals(spec.name())) {
        throw taken(spec.ingress().get(), other.spec().name());
      }
    }
  }

  /** What the version before had and this one has not. */
  private void removeOthers(ServiceSpec spec, ServiceObjects objects) {
    KubernetesClient client = cluster.client();
    String namespace = cluster.namespace();
    if (objects.deployment().isEmpty()) {
      cluster.deployment(spec.name()).ifPresent(cluster::delete);
    }
    if (objects.service().isEmpty()) {
      deleteEach(client.services().inNamespace(namespace).withLabel(Labels.SERVICE, spec.name()));
    }
    Cluster.call(
            "list ingresses",
            () ->
                client
                    .network()
                    .v1()
                    .ingresses()
                    .inNamespace(namespace)
                    .withLabel(Labels.SERVICE, spec.name())
                    .list()
                    .getItems())
        .stream()
        .filter(ingress -> spec.ingress().filter(ingress.getMetadata().getName()::equals).isEmpty())
        .forEach(cluster::delete);
  }

  /**
   * Waits until all pods of this version are ready and none of another is left.
   *
   * @throws PlatformException when that does not become so; it says why, and the cluster goes on
   *     trying
   */
  ServiceStatus await(String name, String version) throws InterruptedException {
    ServiceStatus ready = new Rollout(cluster, () -> find(name), name, version).await();
    removeOldVariables(name);
    return ready;
  }

  /** Those of versions of which no pod is left. */
  private void removeOldVariables(String name) {
    Set<String> used = new HashSet<>();
    Optional<ServiceView> view = find(name);
    if (view.isEmpty() || view.get().deployment().isEmpty()) {
      return;
    }
    view.get().pods().forEach(pod -> used.addAll(secrets(pod.pod().getSpec())));
    used.addAll(secrets(view.get().deployment().get().getSpec().getTemplate().getSpec()));
    Cluster.call(
            "list secrets",
            () ->
                cluster
                    .client()
                    .secrets()
                    .inNamespace(cluster.namespace())
                    .withLabel(Labels.SERVICE, name)
                    .list()
                    .getItems())
        .stream()
        .filter(secret -> "Opaque".equals(secret.getType()))
        .filter(secret -> !used.contains(secret.getMetadata().getName()))
        .forEach(cluster::delete);
  }

  private static Set<String> secrets(PodSpec pod) {
    Set<String> names = new HashSet<>();
    pod.getContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getValueFrom() != null)
        .filter(variable -> variable.getValueFrom().getSecretKeyRef() != null)
        .forEach(variable -> names.add(variable.getValueFrom().getSecretKeyRef().getName()));
    return names;
  }

  /** Waits until this hub knows of it. */
  ServiceStatus noticed(String name) throws InterruptedException {
    return cluster
        .await(NOTICED, () -> find(name))
        .orElseThrow(() -> new PlatformException("the cluster does not tell of service " + name))
        .status(Instant.now());
  }

  /** One by one: several at once would be another right, and older clusters cannot. */
  private void deleteEach(
      Listable<? extends KubernetesResourceList<? extends HasMetadata>> objects) {
    Cluster.call("list what goes", () -> objects.list().getItems()).forEach(cluster::delete);
  }

  /** Ends it and waits until nothing of it runs any more. */
  void stop(String name, boolean deleteVolumes) throws InterruptedException {
    ServiceView view =
        find(name)
            .orElseThrow(() ->
                PlatformException.unknown(
                    "service", name, all().stream().map(each -> each.spec().name()).toList()));
    cluster.deployment(name).ifPresent(cluster::delete);
    Duration grace =
        Duration.ofSeconds(
            view.deployment()
                .map(each ->
                    each.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds())
                .orElse(0L));
    Optional<Boolean> ended =
        cluster.await(
            grace.plus(KUBELET),
            () ->
                cluster.deployment(name).isEmpty() && cluster.podsOfService(name).isEmpty()
                    ? Optional.of(true)
                    : Optional.empty());
    if (ended.isEmpty()) {
      throw new PlatformException(
          "service %s is being stopped, and its pods are still there after %d s: %s; is their node gone?"
              .formatted(
                  name,
                  grace.plus(KUBELET).toSeconds(),
                  cluster.podsOfService(name).stream()
                      .map(pod -> pod.getMetadata().getName())
                      .toList()));
    }
    removeRest(name);
    if (deleteVolumes) {
      removeClaims(name);
    }
  }

  /** Not left to the cluster, which does it later, and then perhaps to the next one's. */
  private void removeRest(String name) throws InterruptedException {
    KubernetesClient client = cluster.client();
    String namespace = cluster.namespace();
    deleteEach(client.services().inNamespace(namespace).withLabel(Labels.SERVICE, name));
    deleteEach(
        client.network().v1().ingresses().inNamespace(namespace).withLabel(Labels.SERVICE, name));
    deleteEach(client.secrets().inNamespace(namespace).withLabel(Labels.SERVICE, name));
    cluster.record(name).ifPresent(cluster::delete);
    var _ =
        cluster.await(
            NOTICED, () -> cluster.record(name).isEmpty() ? Optional.of(true) : Optional.empty());
  }

  private void removeClaims(String name) throws InterruptedException {
    var claims =
        cluster
            .client()
            .persistentVolumeClaims()
            .inNamespace(cluster.namespace())
            .withLabel(Labels.SERVICE, name);
    deleteEach(claims);
    // One that is only going would be taken for that of the next service of this name.
    var _ =
        cluster.await(
            NOTICED,
            () -> claims.list().getItems().isEmpty() ? Optional.of(true) : Optional.empty());
  }
}
