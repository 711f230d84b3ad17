package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.client.Config;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * All that a hub does with a cluster, once.
 *
 * @param image that any node can pull
 * @param config who it is
 * @param logged what it has logged so far
 */
record HubTasks(String namespace, String image, Config config, Supplier<List<String>> logged) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The first process of a container ends by no signal unless it says so. */
  private static final String UNTIL_TERM = "trap 'exit 1' TERM; sleep 1000 & wait";

  /** After ten seconds it is asked. */
  private static final Duration UNREADY = Duration.ofSeconds(20);

  /** May fail, and what follows is done nevertheless. */
  @FunctionalInterface
  private interface Task {
    void run() throws Exception;
  }

  /**
   * What those say that fail.
   *
   * @param unready whether to wait for a service that does not become ready, too, which takes a
   *     while
   */
  List<String> failures(boolean unready) {
    List<String> failures = new ArrayList<>();
    Surroundings surroundings =
        new Surroundings(
            namespace,
            "amqp://guest:guest@broker:5672/%2F",
            URI.create("http://127.0.0.1:15672"),
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
              // By the Secret that is there now.
              () -> platform.startService(large(), Optional.of(new PullSecret("shop-pull"))),
              () -> platform.startService(scaled(), Optional.empty()),
              () -> platform.startService(slot(), Optional.empty()),
              () -> platform.stopService("shop", true),
              () -> platform.startService(running(), Optional.empty()),
              () -> read(platform, "clock"),
              () -> platform.stopService("clock", false),
              () -> platform.startJob(job("echo done"), Optional.empty(), false, true),
              () -> platform.awaitJob("job", PATIENCE),
              () -> read(platform, "job"),
              () -> platform.startJob(job(UNTIL_TERM), Optional.empty(), true, false),
              () -> platform.stopJob("job"),
              () -> notReady(platform, unready))) {
        try {
          task.run();
        } catch (Exception e) {
          failures.add(String.valueOf(e.getMessage()));
        }
        if (Stream.concat(failures.stream(), logged.get().stream()).anyMatch(HubTasks::isRefusal)) {
          break;
        }
      }
    } catch (PlatformException e) {
      failures.add(String.valueOf(e.getMessage()));
    }
    failures.addAll(logged.get());
    return failures;
  }

  /** Until the hub has asked why. */
  private void notReady(Platform platform, boolean unready) throws Exception {
    if (!unready) {
      return;
    }
    AtomicReference<String> failure = new AtomicReference<>("");
    Thread starting =
        Thread.startVirtualThread(() -> {
          try {
            platform.startService(deaf(), Optional.empty());
          } catch (InterruptedException _) {
            // It has been waited for long enough.
          } catch (PlatformException e) {
            failure.set(String.valueOf(e.getMessage()));
          }
        });
    starting.join(UNREADY);
    starting.interrupt();
    starting.join();
    // The interrupt may come while it asks.
    if (isRefusal(failure.get())) {
      throw new PlatformException(failure.get());
    }
  }

  /** One is enough to know. */
  private static boolean isRefusal(String failure) {
    return failure.contains("cannot ") || failure.contains("orbidden");
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

  /** By its queues. */
  private ServiceSpec scaled() {
    ServiceSpec large = large();
    return new ServiceSpec(
        large.name(),
        large.workload(),
        large.port(),
        large.ingress(),
        0,
        Optional.of(3),
        List.of());
  }

  /** Its place alone is kept. */
  private static ServiceSpec slot() {
    return new ServiceSpec(
        "shop", Optional.empty(), Optional.empty(), Optional.empty(), 0, List.of());
  }

  private ServiceSpec running() {
    return new ServiceSpec(
        "clock",
        Optional.of(workload("date; " + UNTIL_TERM)),
        Optional.empty(),
        Optional.empty(),
        1,
        List.of());
  }

  /** Does not listen. */
  private ServiceSpec deaf() {
    return new ServiceSpec(
        "deaf",
        Optional.of(workload(UNTIL_TERM)),
        Optional.of(8080),
        Optional.empty(),
        1,
        List.of());
  }

  private JobSpec job(String script) {
    return new JobSpec("job", workload(script));
  }
}
