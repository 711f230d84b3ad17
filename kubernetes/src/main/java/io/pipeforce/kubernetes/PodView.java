package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.pipeforce.hub.platform.InstanceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a pod says about itself, in our words. All of it is decided by the pod alone. */
record PodView(Pod pod) {
  static final Comparator<Pod> BY_AGE =
      Comparator.<Pod, String>comparing(pod -> pod.getMetadata().getCreationTimestamp())
          .thenComparing(pod -> pod.getMetadata().getName());

  /** A moment for a node that is only just being added, or a volume being made. */
  private static final Duration UNSCHEDULED = Duration.ofSeconds(4);

  /** So long after its start it is told why it ended before, while it is not ready. */
  private static final Duration RESTARTED = Duration.ofMinutes(1);

  private static final Set<String> OF_THE_IMAGE =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");
  private static final Set<String> OF_THE_CONTAINER =
      Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

  /** The kubelet has not got a Secret from a busy API server yet, and tries again. */
  private static final String NOT_YET = "failed to sync ";

  String name() {
    return pod.getMetadata().getName();
  }

  Instant created() {
    return Instant.parse(pod.getMetadata().getCreationTimestamp());
  }

  boolean isStopping() {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  boolean isReady() {
    return !isStopping() && condition("Ready").filter(each -> isTrue(each)).isPresent();
  }

  boolean isOf(String version) {
    return version.equals(pod.getMetadata().getLabels().get(Labels.VERSION));
  }

  int restarts() {
    return container().map(ContainerStatus::getRestartCount).orElse(0);
  }

  private Optional<ContainerStatus> container() {
    return Optional.ofNullable(pod.getStatus())
        .map(status -> status.getContainerStatuses())
        .flatMap(all -> all.stream().findFirst());
  }

  /** How its container ended; empty while it runs for the first time. */
  Optional<ContainerStateTerminated> ended() {
    return container()
        .flatMap(each ->
            Optional.ofNullable(each.getState())
                .map(ContainerState::getTerminated)
                .or(() ->
                    Optional.ofNullable(each.getLastState()).map(ContainerState::getTerminated)));
  }

  Optional<ContainerStateTerminated> endedForGood() {
    return container()
        .flatMap(each -> Optional.ofNullable(each.getState()))
        .map(ContainerState::getTerminated);
  }

  /** Whether nothing of it runs any more. */
  boolean isOver() {
    return Set.of("Succeeded", "Failed").contains(pod.getStatus().getPhase());
  }

  /** Since when its container runs; empty when it does not. */
  Optional<Instant> running() {
    return container()
        .flatMap(each -> Optional.ofNullable(each.getState()))
        .flatMap(state -> Optional.ofNullable(state.getRunning()))
        .map(running -> Instant.parse(running.getStartedAt()));
  }

  /** Whether its container has run at all, so that there is output of it. */
  boolean hasRun() {
    return running().isPresent() || ended().isPresent();
  }

  private Optional<ContainerStateWaiting> waiting() {
    return container()
        .flatMap(each -> Optional.ofNullable(each.getState()))
        .map(ContainerState::getWaiting);
  }

  private Optional<PodCondition> condition(String type) {
    return Optional.ofNullable(pod.getStatus())
        .map(status -> status.getConditions())
        .orElse(List.of())
        .stream()
        .filter(each -> each.getType().equals(type))
        .findFirst();
  }

  private static boolean isTrue(PodCondition condition) {
    return "True".equals(condition.getStatus());
  }

  /** Why it cannot become ready as things are; empty when it may. */
  Optional<String> trouble(Instant now) {
    Optional<String> waits = waiting().flatMap(this::trouble);
    if (waits.isPresent()) {
      return waits;
    }
    boolean restarted = running().filter(at -> now.isBefore(at.plus(RESTARTED))).isPresent();
    if (!isReady() && ended().isPresent() && (running().isEmpty() || restarted)) {
      return ended().map(this::end);
    }
    if ("Failed".equals(pod.getStatus().getPhase())) {
      return Optional.of(failed());
    }
    return condition("PodScheduled")
        .filter(each -> "Unschedulable".equals(each.getReason()))
        .filter(each -> now.isAfter(created().plus(UNSCHEDULED)))
        .map(each -> "no node takes it: " + each.getMessage());
  }

  private Optional<String> trouble(ContainerStateWaiting waiting) {
    String reason = Optional.ofNullable(waiting.getReason()).orElse("");
    String message = Optional.ofNullable(waiting.getMessage()).orElse(reason);
    if (OF_THE_IMAGE.contains(reason)) {
      return Optional.of("its image cannot be pulled: " + message);
    }
    if (OF_THE_CONTAINER.contains(reason) && !message.startsWith(NOT_YET)) {
      return Optional.of("its container cannot be started: " + message);
    }
    return ended().map(this::end);
  }

  /** Of the pod as a whole, such as an eviction. */
  String failed() {
    String reason = Optional.ofNullable(pod.getStatus().getReason()).orElse("it failed");
    String message = Optional.ofNullable(pod.getStatus().getMessage()).orElse("");
    return message.isBlank() ? reason : reason + ": " + message.strip();
  }

  String end(ContainerStateTerminated ended) {
    if ("OOMKilled".equals(ended.getReason())) {
      return "it wanted more memory and may take %d MiB, so it was killed; the image's label io.pipeforce.memory (octets) sets the limit"
          .formatted(memory() >> 20);
    }
    return hasCode(ended)
        ? "it ended with exit code " + ended.getExitCode()
        : "it ended, and its node does not know how";
  }

  /** A kubelet tells 137 of a container that was removed before it had looked at its end. */
  static boolean hasCode(ContainerStateTerminated ended) {
    return !"ContainerStatusUnknown".equals(ended.getReason());
  }

  private long memory() {
    return Optional.ofNullable(
            pod.getSpec().getContainers().getFirst().getResources().getLimits().get("memory"))
        .map(limit -> limit.getNumericalAmount().longValue())
        .orElse(0L);
  }

  InstanceStatus status(Instant now) {
    InstanceStatus.State state;
    if (isStopping()) {
      state = InstanceStatus.State.STOPPING;
    } else if (isReady()) {
      state = InstanceStatus.State.READY;
    } else if (running().isEmpty() && ended().isPresent()) {
      state = InstanceStatus.State.WAITING;
    } else {
      state = InstanceStatus.State.STARTING;
    }
    Instant since = running().orElseGet(() -> created());
    Optional<String> why = trouble(now).or(() -> ended().map(this::end));
    return new InstanceStatus(name(), state, since, restarts(), why);
  }
}
