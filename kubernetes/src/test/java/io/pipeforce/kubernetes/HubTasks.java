package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.Platform.PullSecret;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.Surroundings;
import io.pipeforce.hub.platform.Workload;
import io.pipeforce.hub.state.KeyValueStore;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a hub does with a cluster, once.
 *
 * @param image that any node can pull
 * @param config who it is
 */
record HubTasks(String namespace, String image, Config config) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** May fail, and what follows is done nevertheless. */
  @FunctionalInterface
  private interface Task {
    void run() throws Exception;
  }

  /** What those say that fail. */
  List<String> failures() {
    List<String> failures = new ArrayList<>();
    Surroundings surroundings =
        new Surroundings(
            namespace,
            "amqp://guest:guest@broker:5672/%2F",
            "pipeforce.topic.default",
            () -> URI.create("http://hub"),
            "a secret that nobody sees");
    try (Platform platform =
        KubernetesPlatform.open(
            surroundings, Map.of("PIPEFORCE_DOMAIN", "apps.example.org"), config)) {
      platform.takeOver();
      KeyValueStore store = platform.store("webhooks");
      for (Task task :
          List.<Task>of(
              () -> store.put("key", "value"),
              () -> store.delete("key"),
              () -> platform.startService(large(), Optional.of(new PullSecret("user:password"))),
              () -> platform.startService(slot(), Optional.empty()),
              () -> platform.stopService("shop", true),
              () -> platform.startService(running(), Optional.empty()),
              () -> read(platform, "clock"),
              () -> platform.stopService("clock", false),
              () -> platform.startJob(job("echo done"), Optional.empty(), false, true),
              () -> platform.awaitJob("job", PATIENCE),
              () -> read(platform, "job"),
              () -> platform.startJob(job("sleep 100"), Optional.empty(), true, false),
              () -> platform.stopJob("job"),
              this::scale)) {
        try {
          task.run();
        } catch (Exception e) {
          failures.add(String.valueOf(e.getMessage()));
        }
        if (failures.stream().anyMatch(HubTasks::isRefusal)) {
          break;
        }
      }
    } catch (PlatformException e) {
      failures.add(String.valueOf(e.getMessage()));
    }
    return failures;
  }

  /** There need be no KEDA: whether it may is said before. */
  private void scale() {
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
        Cluster cluster = Cluster.watch(client, namespace)) {
      Scaling scaling = Scaling.of(large(), 2, "queues", URI.create("http://broker:15672"));
      for (Runnable step :
          List.<Runnable>of(
              () -> cluster.apply(scaling.authentication()),
              () -> cluster.apply(scaling.scaledObject()),
              () -> cluster.delete(scaling.scaledObject()))) {
        try {
          step.run();
        } catch (PlatformException e) {
          if (isRefusal(String.valueOf(e.getMessage()))) {
            throw e;
          }
        }
      }
    }
  }

  /** One is enough to know. */
  private static boolean isRefusal(String failure) {
    return failure.contains("cannot ") || failure.contains("Forbidden");
  }

  private static void read(Platform platform, String name) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    platform.logs(name).orElseThrow().copyTo(out, false);
  }

  private Workload workload(String script) {
    return new Workload(
        image, PullPolicy.IF_NOT_PRESENT, Map.of(), List.of("sh", "-c", script), List.of());
  }

  /** Has everything but instances. */
  private ServiceSpec large() {
    return new ServiceSpec(
        "shop",
        Optional.of(workload("sleep 1000")),
        Optional.of(8080),
        Optional.of("shop"),
        0,
        List.of("/data"));
  }

  /** Its place alone is kept. */
  private static ServiceSpec slot() {
    return new ServiceSpec(
        "shop", Optional.empty(), Optional.empty(), Optional.empty(), 0, List.of());
  }

  private ServiceSpec running() {
    return new ServiceSpec(
        "clock",
        Optional.of(workload("trap 'exit 0' TERM; while true; do date; sleep 1 & wait $!; done")),
        Optional.empty(),
        Optional.empty(),
        1,
        List.of());
  }

  private JobSpec job(String script) {
    return new JobSpec("job", workload(script));
  }
}
