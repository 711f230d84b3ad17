package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.hub.platform.InstanceStatus;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.ServiceStatus;
import io.pipeforce.hub.platform.Surroundings;
import io.pipeforce.hub.platform.Workload;
import io.pipeforce.kubernetes.KubernetesPlatform;
import io.pipeforce.test.internal.RealParts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service is updated, scaled and hurt while messages flow through it, and so is its broker.
 * {@code -Drollout.messages=100000 -Drollout.report=FILE} makes more of it, and a page.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class RolloutUnderLoadTest {
  private static final int MESSAGES = Integer.getInteger("rollout.messages", 10_000);

  /** What is done to the service and its broker, one after the other, all under load. */
  private static final int STEPS = 7;

  private static final String SERVICE = "counting";
  private static final String QUEUE = "pipeforce.service.counting.Counting.count";

  /** Passes on what it gets: the broker confirms that before the message is acknowledged. */
  private static final String COUNTING =
      """
      package service;

      import io.pipeforce.BaseService;
      import io.pipeforce.Context;
      import io.pipeforce.Event;
      import io.pipeforce.OutgoingMessage;

      public class Counting extends BaseService {

        @Event("rollout.message")
        public void count(String number, Context context) {
          context.publish(OutgoingMessage.of("rollout.counted", number).asMandatory());
        }
      }
      """;

  @TempDir private static Path folder;
  private static Kubectl kubectl;
  private static RabbitMqOnCluster rabbit;
  private static Platform platform;
  private static final Map<String, String> ENVIRONMENT = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    RealParts.here().assume(RealParts.KUBERNETES);
    Properties cluster = RealParts.kubernetes().orElseThrow();
    kubectl = Kubectl.inNewNamespace("rollout");
    rabbit = RabbitMqOnCluster.start(kubectl, folder);
    String registry = onThisMachine(cluster, "registry") + "/" + kubectl.namespace();
    ENVIRONMENT.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    ENVIRONMENT.put("XDG_DATA_HOME", folder.resolve("data").toString());
    ENVIRONMENT.put("PIPEFORCE_REGISTRY", registry);
    run(folder, "new", SERVICE);
    Path project = folder.resolve(SERVICE);
    Files.writeString(project.resolve("src/main/java/service/Counting.java"), COUNTING);
    run(project, "image", "build", "--base", onThisMachine(cluster, "base"));
    run(project, "image", "push", "pipeforce-registry/" + SERVICE);
    platform =
        KubernetesPlatform.source(
                Map.of(
                    "PIPEFORCE_REGISTRY",
                    registry,
                    "KUBECONFIG",
                    cluster.getProperty("kubeconfig")))
            .open(
                new Surroundings(
                    kubectl.namespace(),
                    "amqp://%s:%s@rabbitmq:5672".formatted(rabbit.user(), rabbit.password()),
                    URI.create("http://127.0.0.1:15672"),
                    "pipeforce.topic.default",
                    () -> URI.create("http://hub"),
                    "a secret of some length"));
  }

  @AfterAll
  static void end() throws Exception {
    if (platform != null) {
      platform.close();
    }
    if (rabbit != null) {
      rabbit.close();
    } else if (kubectl != null) {
      kubectl.close();
    }
  }

  private static String onThisMachine(Properties cluster, String key) {
    return cluster.getProperty(key).replace("host.cluster.local", "127.0.0.1");
  }

  private static void run(Path where, String... command) throws Exception {
    try (PiProcess pi =
        PiProcess.start(where, environment -> environment.putAll(ENVIRONMENT), command)) {
      PiProcess.Result result = pi.result();
      assertThat(result.exit()).as(result.toString()).isZero();
    }
  }

  /** A broker that has just lost a node may keep a service from being ready for longer. */
  private static void version(int number, int replicas) throws InterruptedException {
    ServiceSpec spec =
        new ServiceSpec(
            SERVICE,
            Optional.of(
                new Workload(
                    "pipeforce-registry/" + SERVICE,
                    PullPolicy.IF_NOT_PRESENT,
                    Map.of("VERSION", Integer.toString(number)),
                    List.of(),
                    List.of())),
            Optional.empty(),
            Optional.empty(),
            replicas,
            List.of());
    try {
      platform.startService(spec, Optional.empty());
    } catch (PlatformException e) {
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(() ->
              assertThat(service().state())
                  .as(e.getMessage())
                  .isEqualTo(ServiceStatus.State.RUNNING));
    }
  }

  private static ServiceStatus service() {
    return platform.service(SERVICE).orElseThrow();
  }

  private static String readyPod() {
    return service().instances().stream()
        .filter(each -> each.state() == InstanceStatus.State.READY)
        .map(InstanceStatus::id)
        .findFirst()
        .orElseThrow();
  }

  private static void step(int number) throws Exception {
    switch (number) {
      case 0 -> version(2, 1);
      case 1 -> version(3, 1);
      case 2 -> version(3, 5);
      case 3 -> rabbit.kill(readyPod());
      case 4 -> version(4, 5);
      case 5 -> rabbit.kill(rabbit.leader(QUEUE));
      default -> version(4, 2);
    }
  }

  @Test
  void no_message_is_lost_in_a_rollout_a_scaling_or_with_a_pod_or_a_broker_node() throws Exception {
    CountedMessages counted = CountedMessages.declare(rabbit);
    version(1, 1);
    long begun = System.nanoTime();
    int sent;
    try (NumberedMessages messages = NumberedMessages.to(rabbit)) {
      for (int step = 0; step < STEPS; step++) {
        messages.sendUntil(MESSAGES * (step + 1) / (STEPS + 1));
        int now = step;
        messages.sendDuring(() -> step(now));
      }
      messages.sendUntil(MESSAGES);
      sent = messages.confirmed();
    }
    Duration sending = Duration.ofNanos(System.nanoTime() - begun);

    await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(rabbit.queue(QUEUE).at("/messages").asInt(-1)).isZero());
    Duration all = Duration.ofNanos(System.nanoTime() - begun);
    CountedMessages.Result result = counted.read();
    List<Ledger> ledgers = ledgers();

    report(sent, sending, all, result, ledgers);
    assertThat(sent).isGreaterThanOrEqualTo(MESSAGES);
    assertThat(result.lost(sent)).isEmpty();
    assertThat(rabbit.queue("pipeforce_default_dlq").at("/messages").asInt(0)).isZero();
    assertThat(ledgers).hasSize(2).allMatch(Ledger::isBalanced);
  }

  /** What a pod says of its deliveries. */
  private record Ledger(String pod, Map<String, Double> counts) {
    boolean isBalanced() {
      double settled =
          List.of("acked", "unmatched", "retried", "dead", "returned").stream()
              .mapToDouble(
                  each -> counts.getOrDefault("pipeforce_deliveries_" + each + "_total", 0.0))
              .sum();
      return received() == settled + counts.getOrDefault("pipeforce_deliveries_in_flight", 0.0);
    }

    double received() {
      return counts.getOrDefault("pipeforce_deliveries_received_total", 0.0);
    }
  }

  private static List<Ledger> ledgers() throws Exception {
    String[] pods =
        kubectl
            .must(
                "get",
                "pods",
                "-l",
                "pipeforce.io/service=" + SERVICE,
                "--field-selector=status.phase=Running",
                "-o",
                "jsonpath={range .items[*]}{.metadata.name}={.status.podIP}={.metadata.deletionTimestamp} {end}")
            .strip()
            .split(" ", -1);
    try (HttpClient client = HttpClient.newHttpClient()) {
      List<Ledger> ledgers = new ArrayList<>();
      for (String pod : pods) {
        String[] parts = pod.split("=", -1);
        if (parts.length == 3 && parts[2].isEmpty()) {
          String metrics =
              client
                  .send(
                      HttpRequest.newBuilder(URI.create("http://" + parts[1] + ":8090/metrics"))
                          .build(),
                      BodyHandlers.ofString())
                  .body();
          ledgers.add(new Ledger(parts[0], counts(metrics)));
        }
      }
      return ledgers;
    }
  }

  private static Map<String, Double> counts(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("pipeforce_deliveries_") && line.contains("count\""))
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.indexOf('{')),
                line -> Double.valueOf(line.substring(line.indexOf("} ") + 2).split(" ", 2)[0]),
                Double::sum));
  }

  private static void report(
      int sent, Duration sending, Duration all, CountedMessages.Result result, List<Ledger> ledgers)
      throws Exception {
    String page =
        """
        # Rollout and node loss under load: %,d messages

        **%,d lost, ledgers %s**

        A service on a real Kubernetes 1.20 and three RabbitMQ 4.0 nodes in it (one machine), while messages flow: updated to
        version 2 and 3, scaled 1 → 5, a pod deleted with grace 0, updated to version 4, the RabbitMQ node that leads its queue
        deleted with grace 0, scaled 5 → 2. Each message is a number, which the handler passes on to a queue of results.

        Again: `./pi test -pl dev -am -Dtest=RolloutUnderLoadTest -Dsurefire.failIfNoSpecifiedTests=false -Drollout.messages=%d`

        | what | count |
        | --- | ---: |
        | confirmed to the producer | %,d |
        | lost | %,d |
        | handled more than once | %,d |
        | results in all | %,d |
        | sending took, with all that was done | %.1f s (%,d msg/s) |
        | until all was handled | %.1f s |
        %s
        """
            .formatted(
                sent,
                result.lost(sent).size(),
                ledgers.stream().allMatch(Ledger::isBalanced) ? "balanced" : "NOT BALANCED",
                MESSAGES,
                sent,
                result.lost(sent).size(),
                result.twice(),
                result.all(),
                sending.toMillis() / 1e3,
                sent * 1_000L / sending.toMillis(),
                all.toMillis() / 1e3,
                ledgers.stream()
                    .map(ledger ->
                        "| ledger of the pod %s: received, and as many settled | %,.0f |"
                            .formatted(ledger.pod(), ledger.received()))
                    .collect(Collectors.joining("\n")));
    System.out.println(page);
    String file = System.getProperty("rollout.report", "");
    if (!file.isEmpty()) {
      Files.writeString(Path.of(file), page);
    }
  }
}
