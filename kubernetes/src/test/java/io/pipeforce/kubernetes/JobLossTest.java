package io.pipeforce.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a job whose pod is taken away, or whose hub ends. */
class JobLossTest extends InNewNamespace {
  private static final Duration SOON = Duration.ofSeconds(90);

  private JobSpec job(String script) {
    return new JobSpec(
        "job",
        new Workload(
            cluster.base(),
            PullPolicy.IF_NOT_PRESENT,
            Map.of(),
            List.of("sh", "-c", script),
            List.of()));
  }

  private void startAndAwait(String script, String output) throws Exception {
    cluster.platform().startJob(job(script), Optional.empty(), false, false);
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> output(cluster.platform()).contains(output));
  }

  private static String output(Platform platform) throws IOException {
    return platform.jobLogs("job").orElseThrow().tail(2_000_000).text();
  }

  private List<Pod> pods() {
    return cluster
        .kubernetes()
        .pods()
        .inNamespace(cluster.namespace())
        .withLabel(Labels.JOB, "job")
        .list()
        .getItems();
  }

  /** Until the hub reads along: the first part is kept. */
  private void awaitKept() {
    await()
        .atMost(SOON)
        .until(() ->
            !cluster
                .kubernetes()
                .configMaps()
                .inNamespace(cluster.namespace())
                .withLabel(Labels.JOB, "job")
                .list()
                .getItems()
                .isEmpty());
  }

  private JobStatus status() {
    return cluster.platform().job("job").orElseThrow();
  }

  /** By the kubelet itself, since it takes more of the node's disk than the namespace allows. */
  @Test
  void a_job_whose_pod_is_evicted_has_failed_and_says_why_and_its_output_is_kept()
      throws Exception {
    cluster
        .kubernetes()
        .resource(
            new LimitRangeBuilder()
                .withNewMetadata()
                .withName("small")
                .endMetadata()
                .withNewSpec()
                .addNewLimit()
                .withType("Container")
                .addToDefault("ephemeral-storage", new Quantity("10Mi"))
                .endLimit()
                .endSpec()
                .build())
        .inNamespace(cluster.namespace())
        .create();
    startAndAwait(
        "echo begun; head -c 50000000 /dev/zero >/tmp/much; echo written; sleep 1000", "written");

    JobStatus ended = cluster.platform().awaitJob("job", SOON);
    assertThat(ended.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(ended.why().orElseThrow()).startsWith("Evicted: ").contains("ephemeral");
    assertThat(output(cluster.platform())).isEqualTo("begun\nwritten\n");
  }

  /** As when its node goes away: the object goes, and nothing of it can be asked any more. */
  @Test
  void the_output_of_a_pod_that_vanishes_is_kept_and_the_job_is_not_stuck() throws Exception {
    startAndAwait(
        "head -c 600000 /dev/zero | tr '\\0' x; echo; echo begun on $HOSTNAME;"
            + " trap 'exit 1' TERM; sleep 1000 & wait",
        "begun");
    Pod first = pods().getFirst();
    awaitKept();

    cluster
        .kubernetes()
        .pods()
        .inNamespace(cluster.namespace())
        .withName(first.getMetadata().getName())
        .withGracePeriod(0)
        .delete();

    // Kubernetes before 1.29 starts it again.
    await()
        .atMost(SOON)
        .until(() ->
            status().ended().isPresent()
                || pods().stream()
                    .anyMatch(
                        pod -> !pod.getMetadata().getName().equals(first.getMetadata().getName())));
    JobStatus stopped = cluster.platform().stopJob("job");
    assertThat(stopped.state()).isIn(JobStatus.State.STOPPED, JobStatus.State.FAILED);
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(
            () -> output(cluster.platform()).contains("begun on " + first.getMetadata().getName()));
  }

  @Test
  void what_one_hub_has_begun_another_one_goes_on_with() throws Exception {
    Platform first = cluster.platform();
    startAndAwait("echo begun; sleep 8; echo done", "begun");

    // The second hub is there already, and does nothing of this until the first one ends.
    cluster.start();
    try (Platform second = cluster.platform()) {
      assertThat(second.job("job").orElseThrow().state()).isEqualTo(JobStatus.State.RUNNING);
      first.close();

      assertThat(second.awaitJob("job", SOON).state()).isEqualTo(JobStatus.State.SUCCEEDED);
      await()
          .atMost(SOON)
          .until(() ->
              cluster
                      .kubernetes()
                      .batch()
                      .v1()
                      .jobs()
                      .inNamespace(cluster.namespace())
                      .withName("job")
                      .get()
                      .getMetadata()
                      .getAnnotations()
                      .get(Labels.OUTPUT)
                  != null);
      pods()
          .forEach(
              pod -> cluster.kubernetes().resource(pod).inNamespace(cluster.namespace()).delete());
      assertThat(output(second)).isEqualTo("begun\ndone\n");
    }
    cluster.start();
  }
}
