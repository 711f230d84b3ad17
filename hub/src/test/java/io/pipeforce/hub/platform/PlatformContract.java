package io.pipeforce.hub.platform;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the parts of a platform's contract have in common. */
@Timeout(300)
abstract class PlatformContract {
  private PlatformUnderTest tested;

  /** The platform with its hub, on which nothing runs. */
  protected abstract PlatformUnderTest begin() throws Exception;

  @BeforeEach
  void beginTest() throws Exception {
    tested = begin();
  }

  @AfterEach
  void endTest() {
    tested.close();
  }

  PlatformUnderTest tested() {
    return tested;
  }

  Platform platform() {
    return tested.platform();
  }

  Workload workload(String image, Map<String, String> env, String... command) {
    return new Workload(tested.image(image), PullPolicy.ALWAYS, env, List.of(command), List.of());
  }

  /** One that takes requests. */
  ServiceSpec service(String name, Map<String, String> env, String... command) {
    return new ServiceSpec(
        name,
        Optional.of(workload(ContractImages.SAMPLE, env, command)),
        Optional.of(8090),
        Optional.of(name),
        1,
        List.of());
  }

  /** One that nobody can ask for anything. */
  ServiceSpec silent(String name, String... command) {
    return new ServiceSpec(
        name,
        Optional.of(workload(ContractImages.SAMPLE, Map.of(), command)),
        Optional.empty(),
        Optional.empty(),
        1,
        List.of());
  }

  static ServiceSpec withReplicas(ServiceSpec spec, int replicas) {
    return new ServiceSpec(
        spec.name(), spec.workload(), spec.port(), spec.ingress(), replicas, spec.volumes());
  }

  JobSpec job(String name, String... command) {
    return new JobSpec(name, workload(ContractImages.SAMPLE, Map.of(), command));
  }

  ServiceStatus startService(ServiceSpec spec) throws InterruptedException {
    return platform().startService(spec, Optional.empty());
  }

  /** Starts it, and returns when its requests get there. */
  ServiceStatus serve(ServiceSpec spec) throws Exception {
    ServiceStatus started = startService(spec);
    settled(() -> ask(spec.name(), "/id"));
    return started;
  }

  /** For one that is not to become ready. */
  Thread startInBackground(ServiceSpec spec) {
    return Thread.startVirtualThread(() -> {
      try {
        startService(spec);
      } catch (InterruptedException | PlatformException _) {
        // That it fails is what the test looks at.
      }
    });
  }

  JobStatus startJob(JobSpec spec) throws InterruptedException {
    return platform().startJob(spec, Optional.empty(), false, false);
  }

  JobStatus end(String job) throws InterruptedException {
    return platform().awaitJob(job, Duration.ofMinutes(2));
  }

  /** Runs a job to its end. */
  JobStatus run(JobSpec spec) throws InterruptedException {
    startJob(spec);
    return end(spec.name());
  }

  String ask(String service, String path) throws IOException, InterruptedException {
    return tested.ask(service, path);
  }

  String output(String name) throws IOException {
    return platform().logs(name).orElseThrow().tail(1 << 20).text();
  }

  List<InstanceStatus> instances(String service) {
    return platform().service(service).orElseThrow().instances();
  }

  InstanceStatus instance(String service) {
    return instances(service).getFirst();
  }

  /** For what comes about by itself. */
  static ConditionFactory within(Duration longest) {
    return await().atMost(longest).pollInterval(Duration.ofMillis(100));
  }

  /** What a test says that is so. */
  interface Statement {
    void check() throws Exception;
  }

  /** Is so now, where a platform needs no time to settle. */
  void settled(Statement statement) throws Exception {
    if (tested.settling().isZero()) {
      statement.check();
    } else {
      within(tested.settling()).untilAsserted(statement::check);
    }
  }
}
