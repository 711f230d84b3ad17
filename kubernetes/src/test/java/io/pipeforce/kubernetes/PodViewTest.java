package io.pipeforce.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pipeforce.hub.platform.InstanceStatus;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PodViewTest {
  private static final Instant START = Instant.parse("2026-11-29T10:00:00Z");

  private static PodView pod(String status) {
    return new PodView(
        Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: shop-1
              creationTimestamp: "2026-11-29T10:00:00Z"
              labels: {}
            spec:
              containers:
              - name: main
                resources: {limits: {memory: 300Mi}}
            status:
              phase: Running
            """
                + status.indent(2),
            Pod.class));
  }

  @Test
  void an_image_that_cannot_be_pulled_is_trouble_at_once() {
    PodView pod =
        pod(
            """
            containerStatuses:
            - name: main
              restartCount: 0
              state: {waiting: {reason: ErrImagePull, message: "not found"}}
            """);

    assertThat(pod.trouble(START)).contains("its image cannot be pulled: not found");
    assertThat(pod.status(START).state()).isEqualTo(InstanceStatus.State.STARTING);
  }

  @Test
  void a_pod_for_which_there_is_no_node_is_trouble_after_a_moment() {
    PodView pod =
        pod(
            """
            conditions:
            - {type: PodScheduled, status: "False", reason: Unschedulable, message: "0/1 nodes"}
            """);

    assertThat(pod.trouble(START.plusSeconds(1))).isEmpty();
    assertThat(pod.trouble(START.plusSeconds(10))).contains("no node takes it: 0/1 nodes");
  }

  @Test
  void a_secret_that_the_kubelet_has_not_got_yet_is_no_trouble() {
    String status =
        """
        containerStatuses:
        - name: main
          restartCount: 0
          state: {waiting: {reason: CreateContainerConfigError, message: "MESSAGE"}}
        """;

    assertThat(
            pod(status.replace("MESSAGE", "failed to sync secret cache: timed out")).trouble(START))
        .isEmpty();
    assertThat(pod(status.replace("MESSAGE", "secret x not found")).trouble(START))
        .contains("its container cannot be started: secret x not found");
  }

  @Test
  void a_container_that_crashes_tells_its_code_and_waits() {
    PodView pod =
        pod(
            """
            containerStatuses:
            - name: main
              restartCount: 1
              state: {waiting: {reason: CrashLoopBackOff, message: "back-off"}}
              lastState: {terminated: {exitCode: 3, reason: Error}}
            """);

    assertThat(pod.trouble(START)).contains("it ended with exit code 3");
    assertThat(pod.status(START).state()).isEqualTo(InstanceStatus.State.WAITING);
    assertThat(pod.status(START).restarts()).isEqualTo(1);
  }

  @Test
  void the_code_that_a_kubelet_makes_up_is_not_told() {
    PodView pod =
        pod(
            """
            containerStatuses:
            - name: main
              restartCount: 0
              state: {terminated: {exitCode: 137, reason: ContainerStatusUnknown}}
            """);

    assertThat(pod.trouble(START)).contains("it ended, and its node does not know how");
  }

  @Test
  void a_container_that_took_too_much_memory_says_so() {
    PodView pod =
        pod(
            """
            containerStatuses:
            - name: main
              restartCount: 1
              state: {terminated: {exitCode: 137, reason: OOMKilled}}
            """);

    assertThat(pod.trouble(START).orElseThrow()).contains("more memory").contains("300");
  }

  @Test
  void a_container_that_runs_again_for_long_is_not_blamed_for_its_end() {
    PodView pod =
        pod(
            """
            containerStatuses:
            - name: main
              restartCount: 1
              state: {running: {startedAt: "2026-11-29T10:00:05Z"}}
              lastState: {terminated: {exitCode: 3, reason: Error}}
            """);

    assertThat(pod.trouble(START.plusSeconds(20))).contains("it ended with exit code 3");
    assertThat(pod.trouble(START.plusSeconds(90))).isEmpty();
  }

  @Test
  void an_evicted_pod_tells_why() {
    PodView pod = pod("reason: Evicted\nmessage: The node was low on memory.");
    pod.pod().getStatus().setPhase("Failed");

    assertThat(pod.trouble(START)).contains("Evicted: The node was low on memory.");
    assertThat(pod.isOver()).isTrue();
  }
}
