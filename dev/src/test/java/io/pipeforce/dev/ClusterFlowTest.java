package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.dev.PiProcess.Result;
import io.pipeforce.test.internal.RealParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/deploy.md does on one machine, on a real cluster: the same commands and files, with a
 * hub on that cluster and images in a registry with a password.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ClusterFlowTest {
  /** As the known template has it, blanks included. */
  private static final String JOB =
      """
      pipeline:\040\040
        - service.job.start:\040\040
            name: myjob-%s
            image: pipeforce-registry/shop
            imagePullSecret: %s\040
            command: "./run-tests-integration.sh"
            wait: true
      """;

  private static final String SECRET = "a secret of some length";

  @TempDir private static Path folder;
  private static Path project;
  private static Properties cluster;
  private static Kubectl kubectl;
  private static PiProcess hub;
  private static String port;
  private static final Map<String, String> ENVIRONMENT = new HashMap<>();

  /** What goes on until all is over, the last one first. */
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

  @BeforeAll
  static void startAHub() throws Exception {
    RealParts.here().assume(RealParts.KUBERNETES);
    cluster = RealParts.kubernetes().orElseThrow();
    kubectl = Kubectl.inNewNamespace("flow");
    OPEN.push(kubectl);
    String registry = onThisMachine("securedRegistry");
    logIn(registry);
    ENVIRONMENT.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    ENVIRONMENT.put("XDG_DATA_HOME", folder.resolve("data").toString());
    ENVIRONMENT.put("DOCKER_CONFIG", folder.toString());
    ENVIRONMENT.put("KUBECONFIG", cluster.getProperty("kubeconfig"));
    ENVIRONMENT.put("PIPEFORCE_HUB_SECRET", SECRET);
    ENVIRONMENT.put("PIPEFORCE_NAMESPACE", kubectl.namespace());
    ENVIRONMENT.put("PIPEFORCE_REGISTRY", registry + "/" + kubectl.namespace());
    kubectl.must(
        "create",
        "secret",
        "docker-registry",
        "my-secret",
        "--docker-server=" + registry,
        "--docker-username=" + cluster.getProperty("user"),
        "--docker-password=" + cluster.getProperty("password"));
    // The pods of a namespace get its login from their service account, as clusters are set up.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> kubectl.run("get", "serviceaccount", "default").exit() == 0);
    kubectl.must(
        "patch",
        "serviceaccount",
        "default",
        "--patch",
        "{\"imagePullSecrets\":[{\"name\":\"my-secret\"}]}");
    Broker broker = Broker.start(BrokerOptions.local().withManagementPort(0));
    OPEN.push(broker);
    run(folder, "pi new shop");
    project = folder.resolve("shop");
    run(project, "pi image build --base " + onThisMachine("base"));
    run(project, "pi image push pipeforce-registry/shop");
    // By the same name pods reach this machine.
    Path hosts = folder.resolve("hosts");
    Files.writeString(hosts, "127.0.0.1 host.cluster.local\n");
    hub =
        start(
            folder,
            "env JAVA_TOOL_OPTIONS=-Djdk.net.hosts.file=%s pi hub --platform kubernetes --port 0 --broker amqp://guest:guest@host.cluster.local:%d --management http://host.cluster.local:%d"
                .formatted(hosts, broker.port(), broker.managementUri().orElseThrow().getPort()));
    OPEN.push(hub);
    hub.awaitOut("ready: ");
    port = hub.wordAfter("ready: http://127.0.0.1:");
    Files.writeString(folder.resolve("secret"), SECRET);
    run(folder, "pi login http://127.0.0.1:" + port + " --profile cluster <secret");
    ENVIRONMENT.put("PIPEFORCE_PROFILE", "cluster");
  }

  @AfterAll
  static void end() throws Exception {
    for (AutoCloseable open : OPEN) {
      open.close();
    }
  }

  private static String onThisMachine(String key) {
    return cluster.getProperty(key).replace("host.cluster.local", "127.0.0.1");
  }

  private static void logIn(String registry) throws Exception {
    String login = cluster.getProperty("user") + ":" + cluster.getProperty("password");
    Files.writeString(
        folder.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
            .formatted(
                registry,
                Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))));
  }

  private static PiProcess start(Path where, String command) throws Exception {
    return PiProcess.command(
        where,
        environment -> environment.putAll(ENVIRONMENT),
        List.of("sh", "-c", "exec " + command));
  }

  private static String run(Path where, String command) throws Exception {
    try (PiProcess process = start(where, command)) {
      Result result = process.result();
      assertThat(result.exit())
          .as(() -> "%s\n%s\nthe hub:\n%s".formatted(command, result, hub == null ? "" : hub.err()))
          .isZero();
      return result.out();
    }
  }

  @Test
  void the_commands_of_one_machine_work_on_a_cluster() throws Exception {
    new DeployPage(project, ClusterFlowTest::run).follow(ClusterFlowTest::here);
    assertThat(run(project, "pi command service.status")).doesNotContain("shop");
  }

  /**
   * No ingress controller is in this cluster, so the service is called where that would. kube-proxy
   * sends nobody there for up to a second after its first pod is ready.
   */
  private static String here(String command) {
    String ingress = "//shop-local.localhost:8080";
    return command.contains(ingress)
        ? command
            .replace("curl ", "curl --retry 10 --retry-delay 1 --retry-connrefused ")
            .replace(ingress, "//" + address("shop") + ":8090")
        : command.replace("127.0.0.1:8080", "127.0.0.1:" + port);
  }

  private static String address(String service) {
    try {
      return kubectl.must("get", "service", service, "-o", "jsonpath={.spec.clusterIP}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void integration_tests_run_as_a_job_from_a_registry_with_a_password() throws Exception {
    String login = cluster.getProperty("user") + ":" + cluster.getProperty("password");
    for (String secret : List.of("my-secret", login)) {
      Path file = folder.resolve("job.yaml");
      Files.writeString(file, JOB.formatted(secret.equals(login) ? "two" : "one", secret));

      assertThat(run(folder, "pi pipeline job.yaml"))
          .contains("an_event_reaches_the_greeting")
          .contains("1 tests successful");
    }
    for (String wrong : List.of("no-secret", cluster.getProperty("user") + ":wrong")) {
      Files.writeString(folder.resolve("job.yaml"), JOB.formatted("three", wrong));
      try (PiProcess process = start(folder, "pi pipeline job.yaml")) {
        Result result = process.result();
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
            .contains(
                wrong.equals("no-secret") ? "there is no Secret no-secret" : "refuses the password")
            .doesNotContain(":wrong");
      }
    }
  }
}
