package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * A job as the cluster shows it.
 *
 * @param job the object
 * @param pods that run it or have run it, the oldest first
 */
record JobView(Job job, List<PodView> pods) {
  /** Why it was ended from outside; kept at the job. */
  record Verdict(JobStatus.State state, String why) {}

  static JobView of(Job job, List<Pod> pods) {
    String uid = job.getMetadata().getUid();
    return new JobView(
        job,
        pods.stream()
            // Not of the one that this has replaced.
            .filter(pod ->
                pod.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> owner.getUid().equals(uid)))
            .map(PodView::new)
            .toList());
  }

  String name() {
    return job.getMetadata().getName();
  }

  String uid() {
    return job.getMetadata().getUid();
  }

  private Optional<String> noted(String annotation) {
    return Optional.ofNullable(job.getMetadata().getAnnotations().get(annotation));
  }

  JobSpec spec() {
    return JsonMapper.shared().readValue(noted(Labels.SPEC).orElseThrow(), JobSpec.class);
  }

  boolean isAlone() {
    return noted(Labels.ALONE).filter(Boolean::parseBoolean).isPresent();
  }

  /** How many octets it has written; empty until all of its output is kept. */
  Optional<Long> output() {
    return noted(Labels.OUTPUT).map(Long::valueOf);
  }

  private Optional<JobCondition> condition(String type) {
    return job.getStatus().getConditions().stream()
        .filter(each -> each.getType().equals(type) && "True".equals(each.getStatus()))
        .findFirst();
  }

  private boolean isComplete() {
    return condition("Complete").isPresent();
  }

  /** Whether the cluster says so; pods may still be at their last. */
  boolean hasEnded() {
    return isComplete() || condition("Failed").isPresent();
  }

  private Optional<Verdict> verdict() {
    return noted(Labels.VERDICT).map(text -> JsonMapper.shared().readValue(text, Verdict.class));
  }

  Optional<Integer> exitCode() {
    return pods.stream()
        .flatMap(pod -> pod.endedForGood().stream())
        .filter(PodView::hasCode)
        .map(ended -> ended.getExitCode())
        .reduce((_, last) -> last)
        .or(() -> noted(Labels.EXIT_CODE).map(Integer::valueOf));
  }

  JobStatus status(Instant now) {
    JobStatus.State state;
    if (!hasEnded()) {
      state = JobStatus.State.RUNNING;
    } else if (isComplete()) {
      state = JobStatus.State.SUCCEEDED;
    } else {
      state = verdict().map(Verdict::state).orElse(JobStatus.State.FAILED);
    }
    boolean byItself = isComplete() || (hasEnded() && verdict().isEmpty() && !isOverdue());
    return new JobStatus(
        name(),
        spec().workload().image(),
        state,
        byItself ? exitCode() : Optional.empty(),
        started(),
        ended(),
        why(now));
  }

  private Instant started() {
    return Optional.ofNullable(job.getStatus().getStartTime())
        .or(() -> Optional.of(job.getMetadata().getCreationTimestamp()))
        .map(Instant::parse)
        .orElseThrow();
  }

  private Optional<Instant> ended() {
    return condition("Complete")
        .or(() -> condition("Failed"))
        .map(JobCondition::getLastTransitionTime)
        .map(Instant::parse);
  }

  private boolean isOverdue() {
    return condition("Failed")
        .filter(each -> "DeadlineExceeded".equals(each.getReason()))
        .isPresent();
  }

  private Optional<String> why(Instant now) {
    if (isComplete()) {
      return Optional.empty();
    }
    if (!hasEnded()) {
      return pods.stream().flatMap(pod -> pod.trouble(now).stream()).findFirst();
    }
    if (verdict().isPresent()) {
      return verdict().map(Verdict::why);
    }
    if (isOverdue()) {
      Duration longest = Duration.ofSeconds(job.getSpec().getActiveDeadlineSeconds());
      return Optional.of(
          "it ran for longer than %s, the image's label io.pipeforce.max-job-duration"
              .formatted(longest));
    }
    return pods.stream()
        .flatMap(pod -> whyFailed(pod).stream())
        .findFirst()
        .or(() ->
            exitCode().isPresent()
                ? Optional.empty()
                : condition("Failed").map(each -> "its pod is gone: " + each.getMessage()));
  }

  private static Optional<String> whyFailed(PodView pod) {
    if (pod.pod().getStatus().getReason() != null) {
      return Optional.of(pod.failed());
    }
    return pod.endedForGood().filter(ended -> "OOMKilled".equals(ended.getReason())).map(pod::end);
  }

  /** What a pod of it suffers from, and since when it exists. */
  Optional<String> stuck(Instant now, Duration patience) {
    return hasEnded()
        ? Optional.empty()
        : pods.stream()
            .filter(pod -> !pod.hasRun())
            .filter(pod ->
                now.isAfter(
                    Instant.parse(pod.pod().getMetadata().getCreationTimestamp()).plus(patience)))
            .flatMap(pod -> pod.trouble(now).stream())
            .findFirst();
  }

  Map<String, String> labels() {
    return job.getMetadata().getLabels();
  }
}
