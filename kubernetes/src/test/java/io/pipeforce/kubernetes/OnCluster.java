package io.pipeforce.kubernetes;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.pipeforce.hub.platform.ContractImages;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.PlatformUnderTest;
import io.pipeforce.hub.platform.SampleImage;
import io.pipeforce.hub.platform.Surroundings;
import io.pipeforce.test.internal.RealParts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;

/** The platform of a real cluster, in a namespace of its own. */
final class OnCluster implements PlatformUnderTest {
  private static final String DOMAIN = "apps.example.org";
  private static final String REPOSITORY = "contract/";
  private static final Duration GONE = Duration.ofMinutes(2);
  private static final int PATIENCE = 5_000;

  private final KubernetesClient client;
  private final String registry;
  private final String namespace;
  private Platform platform;

  private OnCluster(KubernetesClient client, String registry, String namespace) {
    this.client = client;
    this.registry = registry;
    this.namespace = namespace;
  }

  /**
   * A new namespace on the cluster of {@code dev/kubernetes}, and the images of the contract in the
   * registry of {@code dev/containers}.
   *
   * @param images folder in which they are made
   */
  static OnCluster withImages(Path images) throws IOException {
    OnCluster cluster = inNewNamespace();
    Properties containers = RealParts.containers().orElseThrow();
    for (Map.Entry<String, SampleImage> image : ContractImages.in(images).entrySet()) {
      image.getValue().push(containers.getProperty("base"), cluster.image(image.getKey()));
    }
    return cluster;
  }

  /** A new namespace on the cluster of {@code dev/kubernetes}. */
  static OnCluster inNewNamespace() {
    RealParts.here().assume(RealParts.KUBERNETES);
    RealParts.here().assume(RealParts.CONTAINERS);
    KubernetesClient client = new KubernetesClientBuilder().withConfig(config()).build();
    String namespace =
        "contract-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt(), 6);
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    await()
        .atMost(GONE)
        .until(() ->
            client.serviceAccounts().inNamespace(namespace).withName("default").get() != null);
    return new OnCluster(
        client, RealParts.containers().orElseThrow().getProperty("open"), namespace);
  }

  private static Config config() {
    return Config.fromKubeconfig(
        Path.of(RealParts.kubernetes().orElseThrow().getProperty("kubeconfig")).toFile());
  }

  /** An image with a shell, which does nothing by itself. */
  String base() {
    return RealParts.containers().orElseThrow().getProperty("base");
  }

  KubernetesClient kubernetes() {
    return client;
  }

  @Override
  public Platform platform() {
    return platform;
  }

  @Override
  public String namespace() {
    return namespace;
  }

  @Override
  public String image(String name) {
    return registry + "/" + REPOSITORY + name;
  }

  @Override
  public String url(String ingress) {
    return "https://%s-%s.%s".formatted(ingress, namespace, DOMAIN);
  }

  @Override
  public String remedyForAbsentImage() {
    return "pi image push";
  }

  /** By the address of its Service, over a connection of its own, as one that is new to it. */
  @Override
  public String ask(String service, String path) throws IOException {
    Service found = client.services().inNamespace(namespace).withName(service).get();
    if (found == null) {
      throw new IOException("there is no Service " + service);
    }
    InetSocketAddress address =
        new InetSocketAddress(
            found.getSpec().getClusterIP(), found.getSpec().getPorts().getFirst().getPort());
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE);
      socket.setSoTimeout(PATIENCE);
      String request = "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n".formatted(path, service);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return body(service + path, answer);
    }
  }

  private static String body(String what, String answer) throws IOException {
    String[] parts = answer.split("\r\n\r\n", 2);
    String body = parts[parts.length - 1];
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    String head = parts[0].toLowerCase(Locale.ROOT) + "\r\n";
    if (!head.startsWith("http/1.1 200 ") || !head.contains("content-length: " + length + "\r\n")) {
      throw new IOException("%s has no whole answer: %s".formatted(what, answer));
    }
    return body;
  }

  @Override
  public void kill() {
    platform.close();
  }

  @Override
  public void awaitEndWithoutHub(String job) {
    await()
        .atMost(GONE)
        .until(() ->
            Optional.ofNullable(
                    client.batch().v1().jobs().inNamespace(namespace).withName(job).get())
                .map(Job::getStatus)
                .map(JobStatus::getConditions)
                .filter(conditions -> !conditions.isEmpty())
                .isPresent());
  }

  @Override
  public void start() {
    platform =
        KubernetesPlatform.open(
            new Surroundings(
                namespace,
                "amqp://guest:guest@broker:5672/%2F",
                URI.create("http://127.0.0.1:15672"),
                "pipeforce.topic.default",
                () -> URI.create("http://hub:8080"),
                "a secret that nobody sees"),
            Map.of("PIPEFORCE_DOMAIN", DOMAIN),
            config());
    platform.takeOver();
  }

  /** A kubelet that has missed the end of a pod looks once a minute, and more rarely when busy. */
  @Override
  public Duration settling() {
    return GONE;
  }

  @Override
  public boolean keepsLogsOfStopped() {
    return false;
  }

  /** What is left of a test goes at once. */
  @Override
  public void close() {
    platform.close();
    for (var all :
        List.of(
            client.apps().deployments().inNamespace(namespace),
            client.batch().v1().jobs().inNamespace(namespace),
            client.network().v1().ingresses().inNamespace(namespace),
            client.persistentVolumeClaims().inNamespace(namespace),
            client.secrets().inNamespace(namespace).withLabel(Labels.MANAGED_BY, Labels.PIPEFORCE),
            client
                .configMaps()
                .inNamespace(namespace)
                .withLabel(Labels.MANAGED_BY, Labels.PIPEFORCE))) {
      all.withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
    }
    client.services().inNamespace(namespace).delete();
    await()
        .atMost(GONE)
        .until(() -> {
          client.pods().inNamespace(namespace).withGracePeriod(0).delete();
          return client.pods().inNamespace(namespace).list().getItems().isEmpty();
        });
  }

  /** Deletes the namespace, which nobody waits for. */
  void end() {
    client.namespaces().withName(namespace).delete();
    client.close();
  }
}
