package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.pipeforce.BrokerAddress;
import io.pipeforce.hub.ingress.Backends;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.Logs;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PlatformSource;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.ServiceStatus;
import io.pipeforce.hub.platform.Surroundings;
import io.pipeforce.hub.platform.Workload;
import io.pipeforce.hub.state.KeyValueStore;
import io.pipeforce.image.ImageName;
import java.io.File;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Runs services as Deployments and jobs as Jobs of one namespace. What is known of them is in the
 * cluster's objects, so several hubs may use it at the same time.
 */
public final class KubernetesPlatform implements Platform {
  private static final String USUAL_DOMAIN = "svc.cluster.local";

  private final Surroundings surroundings;
  private final String domain;
  private final URI management;
  private final Images images;
  private final Cluster cluster;
  private final Services services;
  private final Jobs jobs;
  private final Leadership leadership;

  private KubernetesPlatform(
      Surroundings surroundings, Map<String, String> environment, KubernetesClient client) {
    this.surroundings = surroundings;
    this.domain = environment.getOrDefault("PIPEFORCE_DOMAIN", USUAL_DOMAIN);
    this.management = management(surroundings);
    this.images = new Images(environment);
    this.cluster = Cluster.watch(client, surroundings.namespace());
    this.services = new Services(cluster, this::url);
    this.jobs = new Jobs(cluster);
    // The name of the pod, where the hub runs in one.
    String identity = environment.getOrDefault("HOSTNAME", "hub") + "-" + UUID.randomUUID();
    this.leadership =
        Leadership.of(
            client, surroundings.namespace(), identity, new JobKeeper(cluster, jobs)::run);
  }

  /**
   * The current context of the kubeconfig that {@code KUBECONFIG} names; else the cluster in which
   * this process runs, or that of {@code ~/.kube/config}. The namespace is that of the surroundings
   * and has to be there.
   *
   * @param environment {@code PIPEFORCE_DOMAIN} below which ingresses are, {@code
   *     PIPEFORCE_REGISTRY} for images
   */
  public static PlatformSource source(Map<String, String> environment) {
    return surroundings -> open(surroundings, environment, config(environment));
  }

  private static Config config(Map<String, String> environment) {
    File file = new File(environment.getOrDefault("KUBECONFIG", ""));
    // A list of several files is left to the client.
    return file.isFile() ? Config.fromKubeconfig(file) : Config.autoConfigure(null);
  }

  static KubernetesPlatform open(
      Surroundings surroundings, Map<String, String> environment, Config config) {
    KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
    try {
      return new KubernetesPlatform(surroundings, environment, client);
    } catch (PlatformException e) {
      client.close();
      throw new PlatformException(
          "%s (the cluster is %s)".formatted(e.getMessage(), config.getMasterUrl()), e);
    }
  }

  /** With login and virtual host, as KEDA wants it. */
  private static URI management(Surroundings surroundings) {
    BrokerAddress broker = BrokerAddress.parse(surroundings.broker());
    return URI.create(
        "%s://%s:%s@%s/%s"
            .formatted(
                surroundings.management().getScheme(),
                encoded(broker.username()),
                encoded(broker.password()),
                surroundings.management().getAuthority(),
                encoded(broker.virtualHost())));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String url(String ingress) {
    return "https://" + ServiceObjects.host(ingress, surroundings, domain);
  }

  @Override
  public ServiceStatus startService(ServiceSpec spec, Optional<PullSecret> secret)
      throws InterruptedException {
    services.requireOurs(spec.name());
    services.requireFreeIngress(spec);
    if (spec.workload().isEmpty()) {
      services.apply(spec, ServiceObjects.slot(spec, surroundings, domain), Optional.empty());
      return services.noticed(spec.name());
    }
    Workload workload = spec.workload().get();
    ImageName image = images.name(workload.image());
    Optional<Pull> pull =
        secret.map(
            given -> pull(given, image, spec.name() + "-pull", Labels.ofService(spec.name())));
    ServiceObjects objects =
        ServiceObjects.of(
            spec,
            workload,
            images.get(image, workload.pullPolicy(), pull.map(Pull::credentials)),
            pull.map(Pull::secret),
            surroundings,
            domain);
    if (spec.maxReplicas().isPresent()) {
      objects =
          objects.scaled(
              spec, scaling(spec, spec.maxReplicas().get()), services.replicas(spec.name()));
    }
    services.apply(spec, objects, pull.flatMap(Pull::made));
    return services.await(spec.name(), objects.version());
  }

  private Scaling scaling(ServiceSpec spec, int most) {
    if (!Cluster.call(
        "tell whether it has KEDA", () -> cluster.client().supports(Scaling.API, Scaling.KIND))) {
      throw new PlatformException(
          "maxReplicas needs KEDA, which this cluster does not have (there is no %s of %s); install it, or leave maxReplicas out"
              .formatted(Scaling.KIND, Scaling.API));
    }
    String prefix =
        spec.workload()
            .map(workload -> workload.env().get("PIPEFORCE_MESSAGING_QUEUE"))
            .orElse("pipeforce.service." + spec.name());
    return Scaling.of(spec, most, prefix, management);
  }

  private Pull pull(PullSecret given, ImageName image, String owner, Map<String, String> labels) {
    return Pull.of(
        given,
        image,
        owner,
        labels,
        name ->
            Cluster.call(
                "read the Secret " + name,
                () ->
                    Optional.ofNullable(
                        cluster
                            .client()
                            .secrets()
                            .inNamespace(cluster.namespace())
                            .withName(name)
                            .get())));
  }

  @Override
  public void stopService(String name, boolean deleteVolumes) throws InterruptedException {
    services.stop(name, deleteVolumes);
  }

  @Override
  public Optional<ServiceStatus> service(String name) {
    return services.find(name).map(view -> view.status(Instant.now()));
  }

  @Override
  public List<ServiceStatus> services() {
    Instant now = Instant.now();
    return services.all().stream().map(view -> view.status(now)).toList();
  }

  @Override
  public JobStatus startJob(
      JobSpec spec, Optional<PullSecret> secret, boolean replace, boolean alone)
      throws InterruptedException {
    ImageName image = images.name(spec.workload().image());
    String run = UUID.randomUUID().toString().substring(0, 8);
    String owner = JobObjects.secretName(spec.name(), run) + "-pull";
    Optional<Pull> pull = secret.map(given -> pull(given, image, owner, Labels.ofJob(spec.name())));
    JobObjects objects =
        JobObjects.of(
            spec,
            alone,
            images.get(image, spec.workload().pullPolicy(), pull.map(Pull::credentials)),
            pull,
            surroundings,
            run);
    Optional<JobView> before = replace ? jobs.find(spec.name()) : Optional.empty();
    if (before.isPresent()) {
      jobs.stop(before.get(), new JobView.Verdict(JobStatus.State.STOPPED, "it was replaced"));
      jobs.remove(before.get());
    }
    return jobs.start(objects);
  }

  @Override
  public JobStatus awaitJob(String name, Duration longest) throws InterruptedException {
    return jobs.await(name, longest);
  }

  @Override
  public JobStatus stopJob(String name) throws InterruptedException {
    return jobs.stop(
        jobs.require(name), new JobView.Verdict(JobStatus.State.STOPPED, "it was stopped"));
  }

  @Override
  public Optional<JobStatus> job(String name) {
    return jobs.find(name).map(job -> job.status(Instant.now()));
  }

  @Override
  public List<JobStatus> jobs() {
    Instant now = Instant.now();
    return jobs.all().stream().map(job -> job.status(now)).toList();
  }

  @Override
  public Optional<Logs> logs(String name) {
    return cluster.record(name).isPresent()
        ? Optional.of(new ServiceOutput(cluster, name))
        : jobLogs(name);
  }

  @Override
  public Optional<Logs> jobLogs(String name) {
    return cluster.job(name).map(_ -> new JobOutput(cluster, name));
  }

  @Override
  public KeyValueStore store(String kind) {
    return new SecretStore(cluster, kind);
  }

  @Override
  public Optional<Backends> backends() {
    return Optional.empty();
  }

  /** Nothing waits for it: what runs here needs no hub. */
  @Override
  public void takeOver() {}

  @Override
  public void close() {
    leadership.close();
    cluster.close();
  }
}
