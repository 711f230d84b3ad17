package io.pipeforce.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JobViewTest {
  private static final Instant NOW = Instant.parse("2026-11-29T10:00:30Z");

  private static Job job() {
    JobSpec spec =
        new JobSpec(
            "tests", new Workload("shop:1", PullPolicy.ALWAYS, Map.of(), List.of(), List.of()));
    return new JobBuilder()
        .withNewMetadata()
        .withName("tests")
        .withUid("uid-1")
        .withCreationTimestamp("2026-11-29T10:00:00Z")
        .addToAnnotations(Labels.SPEC, JsonMapper.shared().writeValueAsString(spec))
        .endMetadata()
        .withNewSpec()
        .withActiveDeadlineSeconds(60L)
        .endSpec()
        .withNewStatus()
        .withStartTime("2026-11-29T10:00:01Z")
        .endStatus()
        .build();
  }

  private static Job ended(String type, String reason) {
    return job()
        .edit()
        .editStatus()
        .addNewCondition()
        .withType(type)
        .withStatus("True")
        .withReason(reason)
        .withMessage("as the cluster puts it")
        .withLastTransitionTime("2026-11-29T10:00:20Z")
        .endCondition()
        .endStatus()
        .build();
  }

  private static Job noted(Job job, String annotation, String value) {
    return job.edit().editMetadata().addToAnnotations(annotation, value).endMetadata().build();
  }

  private static Pod pod(String owner, String status) {
    return Serialization.unmarshal(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: tests-1
          creationTimestamp: "2026-11-29T10:00:00Z"
          labels: {}
          ownerReferences: [{uid: %s, kind: Job, name: tests, apiVersion: batch/v1}]
        spec:
          containers: [{name: main, resources: {limits: {memory: 300Mi}}}]
        status:
        """
                .formatted(owner)
            + status.indent(2),
        Pod.class);
  }

  private static Pod pod(int exitCode, String reason) {
    return pod(
        "uid-1",
        """
        phase: %s
        containerStatuses:
        - {name: main, restartCount: 0, state: {terminated: {exitCode: %d, reason: %s}}}
        """
            .formatted(exitCode == 0 ? "Succeeded" : "Failed", exitCode, reason));
  }

  @Test
  void it_runs_until_the_cluster_says_that_it_has_ended() {
    JobStatus status = JobView.of(job(), List.of(pod(0, "Completed"))).status(NOW);

    assertThat(status.state()).isEqualTo(JobStatus.State.RUNNING);
    assertThat(status.started()).isEqualTo("2026-11-29T10:00:01Z");
  }

  @Test
  void its_code_is_that_of_its_container() {
    JobStatus good = JobView.of(ended("Complete", ""), List.of(pod(0, "Completed"))).status(NOW);
    JobStatus bad =
        JobView.of(ended("Failed", "BackoffLimitExceeded"), List.of(pod(3, "Error"))).status(NOW);

    assertThat(good.state()).isEqualTo(JobStatus.State.SUCCEEDED);
    assertThat(good.exitCode()).contains(0);
    assertThat(bad.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(bad.exitCode()).contains(3);
    assertThat(bad.why()).isEmpty();
  }

  @Test
  void the_code_that_a_kubelet_makes_up_is_not_told() {
    JobStatus status =
        JobView.of(
                ended("Failed", "BackoffLimitExceeded"),
                List.of(pod(137, "ContainerStatusUnknown")))
            .status(NOW);

    assertThat(status.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(status.exitCode()).isEmpty();
    assertThat(status.why()).isPresent();
  }

  @Test
  void its_code_is_known_when_its_pod_is_gone() {
    Job job = noted(ended("Failed", "BackoffLimitExceeded"), Labels.EXIT_CODE, "3");

    assertThat(JobView.of(job, List.of()).status(NOW).exitCode()).contains(3);
  }

  @Test
  void a_pod_that_vanished_has_failed_and_the_status_says_so() {
    JobStatus status = JobView.of(ended("Failed", "BackoffLimitExceeded"), List.of()).status(NOW);

    assertThat(status.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(status.why()).contains("its pod is gone: as the cluster puts it");
  }

  @Test
  void pods_of_the_job_that_it_has_replaced_are_not_its_own() {
    Pod old = pod("uid-0", "phase: Failed");

    assertThat(JobView.of(job(), List.of(old)).pods()).isEmpty();
  }

  @Test
  void a_job_that_was_ended_from_outside_tells_why_and_no_code() {
    Job stopped =
        noted(
            ended("Failed", "DeadlineExceeded"),
            Labels.VERDICT,
            "{\"state\":\"stopped\",\"why\":\"it was stopped\"}");

    JobStatus status = JobView.of(stopped, List.of(pod(143, "Error"))).status(NOW);

    assertThat(status.state()).isEqualTo(JobStatus.State.STOPPED);
    assertThat(status.why()).contains("it was stopped");
    assertThat(status.exitCode()).isEmpty();
  }

  @Test
  void a_job_that_took_too_long_tells_how_long_it_may_take() {
    JobStatus status = JobView.of(ended("Failed", "DeadlineExceeded"), List.of()).status(NOW);

    assertThat(status.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(status.why().orElseThrow()).contains("longer than PT1M");
  }

  @Test
  void an_eviction_and_a_lack_of_memory_are_told() {
    JobStatus evicted =
        JobView.of(
                ended("Failed", "BackoffLimitExceeded"),
                List.of(pod("uid-1", "phase: Failed\nreason: Evicted\nmessage: low on memory")))
            .status(NOW);
    JobStatus greedy =
        JobView.of(ended("Failed", "BackoffLimitExceeded"), List.of(pod(137, "OOMKilled")))
            .status(NOW);

    assertThat(evicted.why()).contains("Evicted: low on memory");
    assertThat(greedy.why().orElseThrow()).contains("more memory");
  }

  @Test
  void a_job_whose_image_is_nowhere_is_stuck_after_a_while() {
    JobView view =
        JobView.of(
            job(),
            List.of(
                pod(
                    "uid-1",
                    """
                    phase: Pending
                    containerStatuses:
                    - name: main
                      restartCount: 0
                      state: {waiting: {reason: ImagePullBackOff, message: "nowhere"}}
                    """)));

    assertThat(view.stuck(NOW, Duration.ofMinutes(1))).isEmpty();
    assertThat(view.stuck(NOW, Duration.ofSeconds(20)))
        .contains("its image cannot be pulled: nowhere");
    assertThat(view.status(NOW).why()).contains("its image cannot be pulled: nowhere");
  }
}
