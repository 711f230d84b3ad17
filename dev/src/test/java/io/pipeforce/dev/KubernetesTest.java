package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.pipeforce.image.Credentials;
import io.pipeforce.image.ImageName;
import io.pipeforce.image.ImageStore;
import io.pipeforce.test.internal.RealParts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What other tests rely on in the node of {@code dev/kubernetes}. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KubernetesTest {
  @TempDir private static Path home;
  private static Properties kubernetes;
  private static Kubectl kubectl;

  /** A page on port 8080, served by a pod that may do as little as possible. */
  private static final String GREETING =
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: { name: pages }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
      ---
      apiVersion: v1
      kind: Pod
      metadata: { name: greeting, labels: { app: greeting } }
      spec:
        terminationGracePeriodSeconds: 1
        automountServiceAccountToken: false
        securityContext:
          { runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001, seccompProfile: { type: RuntimeDefault } }
        volumes: [{ name: pages, persistentVolumeClaim: { claimName: pages } }]
        containers:
        - name: greeting
          image: BASE
          command: [bash, -c, 'echo hello >/pages/index.html; java -m jdk.httpserver -b 0.0.0.0 -p 8080 -d /pages']
          volumeMounts: [{ name: pages, mountPath: /pages }]
          readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 }
          securityContext:
            { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
          resources: { limits: { cpu: "1", memory: 128Mi } }
      ---
      apiVersion: v1
      kind: Service
      metadata: { name: page }
      spec: { type: NodePort, selector: { app: greeting }, ports: [{ port: 80, targetPort: 8080 }] }
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: greeting }
      spec: { podSelector: {}, ingress: [{ ports: [{ port: 8080 }] }] }
      """;

  @BeforeAll
  static void startTheGreeting() throws Exception {
    RealParts.here().assume(RealParts.KUBERNETES);
    kubernetes = RealParts.kubernetes().orElseThrow();
    kubectl = Kubectl.inNewNamespace("dev");
    kubectl.apply(GREETING.replace("BASE", kubernetes.getProperty("base")));
    kubectl.must("wait", "--for=condition=Ready", "pod/greeting", "--timeout=100s");
  }

  @AfterAll
  static void removeAll() throws Exception {
    if (kubectl != null) {
      kubectl.close();
    }
  }

  @Test
  void a_pod_of_the_open_registry_runs_and_has_a_log() throws Exception {
    soon(() -> assertThat(kubectl.must("logs", "greeting")).contains("port 8080"));
  }

  @Test
  void a_service_answers_by_its_name_in_pods_and_by_its_port_on_this_machine() throws Exception {
    soon(() -> assertThat(fetchInPod("page", 80)).endsWith("hello\n"));
    soon(() ->
        assertThat(fetchInPod("page." + kubectl.namespace() + ".svc.cluster.local", 80))
            .endsWith("hello\n"));

    String port =
        kubectl.must("get", "service", "page", "-o", "jsonpath={.spec.ports[0].nodePort}");
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + "/");
      soon(() ->
          assertThat(
                  client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body())
              .isEqualTo("hello\n"));
    }
  }

  /** Or it would have the one of a pod, and another when that goes. */
  @Test
  void the_network_keeps_its_address_whatever_pod_goes() throws Exception {
    String byWhom = Files.readString(Path.of("/sys/class/net/pi-kube0/addr_assign_type"));
    assertThat(byWhom).as("NET_ADDR_SET").isEqualTo("3\n");
  }

  @Test
  void a_pod_reaches_a_port_of_this_machine() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("from here\n".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
    try {
      assertThat(fetchInPod("host.cluster.local", server.getAddress().getPort()))
          .contains("from here");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_pod_of_the_secured_registry_needs_the_password() throws Exception {
    ImageStore store = ImageStore.in(home);
    String user = kubernetes.getProperty("user");
    String password = kubernetes.getProperty("password");
    store.push(
        store.pull(ImageName.parse(onThisMachine("base")), Optional.empty(), _ -> {}),
        ImageName.parse(onThisMachine("securedRegistry") + "/dev/base"),
        Optional.of(new Credentials(user, password)),
        _ -> {});
    String secured = kubernetes.getProperty("securedRegistry");
    kubectl.must(
        "create",
        "secret",
        "docker-registry",
        "login",
        "--docker-server=" + secured,
        "--docker-username=" + user,
        "--docker-password=" + password);
    String pod =
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: NAME }
        spec:
          terminationGracePeriodSeconds: 1
          imagePullSecrets: [SECRET]
          containers: [{ name: c, image: REGISTRY/dev/base, imagePullPolicy: Always, command: [sleep, "1000"] }]
        """
            .replace("REGISTRY", secured);

    kubectl.apply(pod.replace("NAME", "stranger").replace("SECRET", ""));
    soon(() ->
        assertThat(
                kubectl.must(
                    "get",
                    "pod",
                    "stranger",
                    "-o",
                    "jsonpath={.status.containerStatuses[0].state.waiting}"))
            .containsAnyOf("ErrImagePull", "ImagePullBackOff"));

    kubectl.apply(pod.replace("NAME", "friend").replace("SECRET", "{ name: login }"));
    kubectl.must("wait", "--for=condition=Ready", "pod/friend", "--timeout=60s");
  }

  @Test
  void a_pod_of_a_headless_service_has_a_name_before_it_is_ready() throws Exception {
    kubectl.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: { name: family }
        spec:
          { clusterIP: None, publishNotReadyAddresses: true, selector: { app: child }, ports: [{ port: 80 }] }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: child-0, labels: { app: child } }
        spec:
          terminationGracePeriodSeconds: 1
          hostname: child-0
          subdomain: family
          containers:
          - name: c
            image: BASE
            command: [sleep, "1000"]
            readinessProbe: { exec: { command: ["false"] }, periodSeconds: 1 }
        """
            .replace("BASE", kubernetes.getProperty("base")));
    soon(() ->
        assertThat(kubectl.must("exec", "greeting", "--", "getent", "hosts", "child-0.family"))
            .contains("child-0.family." + kubectl.namespace() + ".svc.cluster.local"));
  }

  @Test
  void a_volume_goes_with_its_claim() throws Exception {
    kubectl.apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: { name: short }
        spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: short }
        spec:
          restartPolicy: Never
          securityContext: { runAsUser: 10001 }
          volumes: [{ name: v, persistentVolumeClaim: { claimName: short } }]
          containers: [{ name: c, image: BASE, command: [touch, /v/kept], volumeMounts: [{ name: v, mountPath: /v }] }]
        """
            .replace("BASE", kubernetes.getProperty("base")));
    soon(() ->
        assertThat(kubectl.must("get", "pod", "short", "-o", "jsonpath={.status.phase}"))
            .isEqualTo("Succeeded"));
    String volume =
        kubectl.must("get", "persistentvolumeclaim", "short", "-o", "jsonpath={.spec.volumeName}");
    Path folder =
        Path.of(
            kubectl.must(
                "get", "persistentvolume", volume, "-o", "jsonpath={.spec.hostPath.path}"));
    Path kept =
        Path.of(kubernetes.getProperty("kubeconfig"))
            .resolveSibling("volumes")
            .resolve(folder.getFileName());
    assertThat(kept.resolve("kept")).exists();

    kubectl.must("delete", "pod/short", "persistentvolumeclaim/short");
    soon(() -> assertThat(kubectl.run("get", "persistentvolume", volume).exit()).isEqualTo(1));
    assertThat(kept).doesNotExist();
  }

  /** The image has no HTTP client but bash. */
  private static String fetchInPod(String host, int port) throws IOException, InterruptedException {
    String script =
        "exec 3<>/dev/tcp/%s/%d; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"
            .formatted(host, port);
    return kubectl.must("exec", "greeting", "--", "timeout", "5", "bash", "-c", script);
  }

  private static String onThisMachine(String key) {
    return kubernetes.getProperty(key).replace("host.cluster.local", "127.0.0.1");
  }

  private static void soon(ThrowingRunnable check) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(check);
  }
}
