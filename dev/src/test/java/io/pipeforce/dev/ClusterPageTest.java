package io.pipeforce.dev;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.dev.PiProcess.Result;
import io.pipeforce.test.internal.RealParts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The hub on a real cluster, as docs/kubernetes.md brings it there. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ClusterPageTest {
  private static final Path PAGE = PiProcess.HOME.resolve("docs/kubernetes.md");
  private static final Pattern KUSTOMIZATION =
      Pattern.compile("```yaml\n(namespace: .*?)```", Pattern.DOTALL);
  private static final String WEBHOOK = "2f0c1f3e-6f0e-4d9c-9d0a-3f1f9e6a7b12";

  @TempDir private static Path folder;
  private static Properties cluster;
  private static Kubectl kubectl;
  private static Broker broker;
  private static String secret;
  private static final Map<String, String> ENVIRONMENT = new HashMap<>();
  private static final Map<String, String> OUTPUTS = new LinkedHashMap<>();

  /** What goes on until all is over, the last one first. */
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

  @BeforeAll
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  static void followThePage() throws Exception {
    RealParts.here().assume(RealParts.KUBERNETES);
    cluster = RealParts.kubernetes().orElseThrow();
    kubectl = Kubectl.inNewNamespace("page");
    OPEN.push(kubectl);
    broker = Broker.start(BrokerOptions.local().withManagementPort(0));
    OPEN.push(broker);
    ENVIRONMENT.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    ENVIRONMENT.put("XDG_DATA_HOME", folder.resolve("data").toString());
    ENVIRONMENT.put(
        "PATH", kubectlOnItsPath() + ":" + PiProcess.HOME + ":" + System.getenv("PATH"));
    String page = Files.readString(PAGE);
    Matcher kustomization = KUSTOMIZATION.matcher(page);
    assertThat(kustomization.find()).isTrue();
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        here(kustomization.group(1))
            .replace("resources:", "bases:")
            .replace(
                "../pipeforce/deploy",
                folder.toRealPath().relativize(PiProcess.HOME.toRealPath()) + "/deploy")
            .replace("kubernetes/hub", "kubernetes/test-1.20/hub"));
    run("pi new shop");
    run("pi image build shop --base " + onThisMachine("base"));
    int port = freePort();
    for (String command : Commands.of(PAGE)) {
      String here = here(command).replace("8081", Integer.toString(port));
      if (command.startsWith("export ")) {
        String[] variable = here.substring("export ".length()).split("=", 2);
        ENVIRONMENT.put(variable[0], variable[1]);
      } else if (command.contains(" port-forward ")) {
        PiProcess forwarding = start(here);
        OPEN.push(forwarding);
        forwarding.awaitOut("Forwarding from");
      } else if (!command.startsWith("kubectl create namespace ")) {
        OUTPUTS.put(command, run(here));
      }
    }
    String encoded = kubectl.must("get", "secret", "hub", "-o", "jsonpath={.data.secret}");
    secret = new String(Base64.getDecoder().decode(encoded), UTF_8);
  }

  @AfterAll
  static void end() throws Exception {
    for (AutoCloseable open : OPEN) {
      open.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** That of the cluster, which is of its version. */
  private static Path kubectlOnItsPath() throws IOException {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Path script = bin.resolve("kubectl");
    Files.writeString(
        script,
        "#!/bin/sh\nexec " + PiProcess.HOME.resolve("dev/kubernetes") + " kubectl \"$@\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return bin;
  }

  /** With the registry, the broker and the namespace of this test, and the words of 1.20. */
  private static String here(String text) {
    String registry = cluster.getProperty("registry") + "/" + kubectl.namespace();
    return text.replace("-n shop", "-n " + kubectl.namespace())
        .replace("namespace: shop", "namespace: " + kubectl.namespace())
        .replace(
            "amqp://user:password@rabbitmq:5672",
            "amqp://guest:guest@host.cluster.local:" + broker.port())
        .replace(
            "=PIPEFORCE_REGISTRY=registry.example.org/shop",
            "=PIPEFORCE_REGISTRY=http://" + registry)
        .replace(
            "export PIPEFORCE_REGISTRY=registry.example.org/shop",
            "export PIPEFORCE_REGISTRY=" + onThisMachine("registry") + "/" + kubectl.namespace())
        .replace("registry.example.org/shop", registry)
        .replace("image build --hub", "image build --hub --base " + onThisMachine("base"));
  }

  private static String onThisMachine(String key) {
    return cluster.getProperty(key).replace("host.cluster.local", "127.0.0.1");
  }

  private static PiProcess start(String command) throws IOException {
    return PiProcess.command(
        folder, environment -> environment.putAll(ENVIRONMENT), List.of("sh", "-c", command));
  }

  private static String run(String command) throws Exception {
    try (PiProcess process = start(command)) {
      Result result = process.result();
      assertThat(result.exit()).as(command + "\n" + result).isZero();
      return result.out();
    }
  }

  /** An answer of the hub at this address, called by this name. */
  private static String ask(String address, int port, String name, String path) throws Exception {
    try (Socket socket = new Socket(InetAddress.ofLiteral(address), port)) {
      socket.setSoTimeout(30_000);
      String request =
          """
          GET %s HTTP/1.1
          Host: %s
          Authorization: Apitoken %s
          Connection: close

          """
              .formatted(path, name, secret)
              .replace("\n", "\r\n");
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static List<String> addressesOfHubs() throws Exception {
    return List.of(
        kubectl
            .must(
                "get",
                "pods",
                "-l",
                "app.kubernetes.io/name=hub",
                "-o",
                "jsonpath={.items[*].status.podIP}")
            .split(" ", -1));
  }

  @Test
  void the_commands_of_the_page_work_one_after_the_other() throws Exception {
    assertThat(OUTPUTS)
        .containsKeys("pi command service.status", "pi logs shop", "pi image build --hub");
    assertThat(
            OUTPUTS.get(
                "pi command service.start name=shop image=pipeforce-registry/shop port=8090 ingress=shop"))
        .contains("running")
        .contains("shop-" + kubectl.namespace() + ".example.org");
    run("pi send some.event.key.shop '{\"hello\":\"world\"}' --broker " + broker.uri());
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> run("pi logs shop").contains("GREETING CALLED. BODY: {\"hello\":\"world\"}"));
  }

  @Test
  void both_hubs_answer_and_each_knows_the_webhook_that_the_other_one_has_made() throws Exception {
    List<String> hubs = addressesOfHubs();
    assertThat(hubs).hasSize(2);
    String service = kubectl.must("get", "service", "hub", "-o", "jsonpath={.spec.clusterIP}");
    String full = "hub." + kubectl.namespace() + ".svc.cluster.local";
    assertThat(ask(service, 80, full, "/api/v3/command/help")).startsWith("HTTP/1.1 200 ");
    assertThat(ask(service, 80, service, "/api/v3/command/help")).startsWith("HTTP/1.1 403 ");

    assertThat(
            ask(
                hubs.getFirst(),
                8080,
                "hub",
                "/api/v3/command/webhook.put?eventKey=some.event.key.web&payloadType=ignore&uuid="
                    + WEBHOOK))
        .contains("http://" + full + "/api/v3/command/webhook.receive?token=" + WEBHOOK);
    for (String hub : hubs) {
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() ->
              assertThat(ask(hub, 8080, "hub", "/api/v3/command/webhook.get?uuid=" + WEBHOOK))
                  .contains("some.event.key.web"));
    }
  }

  @Test
  void the_ingress_for_the_hub_is_one() throws Exception {
    Path ingress = PiProcess.HOME.resolve("deploy/kubernetes/hub/ingress.yaml");
    assertThat(kubectl.must("apply", "--dry-run=server", "-f", ingress.toString()))
        .contains("ingress.networking.k8s.io/hub created");
  }

  @Test
  void a_hub_that_lacks_its_secret_says_so_in_its_last_line() throws Exception {
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: { name: lacking }
        spec:
          restartPolicy: Never
          containers:
          - name: hub
            image: %s/%s/hub:latest
            imagePullPolicy: Always
            env: [{ name: PIPEFORCE_NAMESPACE, value: %s }]
        """
            .formatted(cluster.getProperty("registry"), kubectl.namespace(), kubectl.namespace()));
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(kubectl.must("get", "pod", "lacking", "-o", "jsonpath={.status.phase}"))
                .isEqualTo("Failed"));
    assertThat(kubectl.must("logs", "lacking"))
        .contains("pi: PIPEFORCE_HUB_SECRET is missing")
        .contains("pi: PIPEFORCE_MESSAGE_BROKER is missing");
  }
}
