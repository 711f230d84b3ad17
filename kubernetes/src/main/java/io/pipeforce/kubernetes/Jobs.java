package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobList;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.ScalableResource;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.json.JsonMapper;

/** The jobs of a namespace. Thread-safe. */
final class Jobs {
  /**
   * Until the end of a pod is told, after its grace period: a kubelet that has missed it looks once
   * a minute ({@code syncFrequency}).
   */
  private static final Duration KUBELET = Duration.ofMinutes(2);

  /** A hub keeps the output in this time, or none does at the moment. */
  private static final Duration KEPT = Duration.ofSeconds(10);

  private static final int MOST_EDITS = 5;

  private static final Comparator<Job> BY_START =
      Comparator.<Job, String>comparing(job -> job.getMetadata().getCreationTimestamp())
          .thenComparing(job -> job.getMetadata().getName());

  private final Cluster cluster;

  Jobs(Cluster cluster) {
    this.cluster = cluster;
  }

  /** In the order of their starts. */
  List<JobView> all() {
    return cluster.jobs().stream().sorted(BY_START).map(this::view).toList();
  }

  /** Those of whose output not all is kept. */
  List<JobView> unkept() {
    return cluster.jobs().stream().filter(job -> !isKept(job)).map(this::view).toList();
  }

  /** The others, in the order of their starts. */
  List<Job> kept() {
    return cluster.jobs().stream().filter(Jobs::isKept).sorted(BY_START).toList();
  }

  private static boolean isKept(Job job) {
    return job.getMetadata().getAnnotations().containsKey(Labels.OUTPUT);
  }

  private JobView view(Job job) {
    return JobView.of(job, cluster.podsOfJob(job.getMetadata().getName()));
  }

  Optional<JobView> find(String name) {
    return cluster.job(name).map(this::view);
  }

  JobView require(String name) {
    return find(name)
        .orElseThrow(() ->
            PlatformException.unknown(
                "job", name, all().stream().map(JobView::name).sorted().toList()));
  }

  /**
   * Starts it, when there is none of this name and none that wants to be alone.
   *
   * @throws PlatformException when there is
   */
  JobStatus start(JobObjects objects) throws InterruptedException {
    String name = objects.job().getMetadata().getName();
    requireNoneAlone(name);
    objects.secrets().forEach(cluster::apply);
    Job created;
    try {
      created = jobs().resource(objects.job()).create();
    } catch (KubernetesClientException e) {
      objects.secrets().forEach(cluster::delete);
      throw e.getCode() == 409
          ? exists(name)
          : new PlatformException("the cluster did not start the job: " + Cluster.reason(e), e);
    }
    // With the job they go.
    objects.secrets().forEach(secret -> cluster.apply(owned(secret, created)));
    String uid = created.getMetadata().getUid();
    // So that who asks next, here, is told of it.
    return cluster
        .await(KEPT, () -> find(name).filter(job -> isSame(job, uid)))
        .orElseGet(() -> JobView.of(created, List.of()))
        .status(Instant.now());
  }

  private NonNamespaceOperation<Job, JobList, ScalableResource<Job>> jobs() {
    return cluster.client().batch().v1().jobs().inNamespace(cluster.namespace());
  }

  private static Secret owned(Secret secret, Job job) {
    return secret
        .edit()
        .editMetadata()
        .addNewOwnerReference()
        .withApiVersion("batch/v1")
        .withKind("Job")
        .withName(job.getMetadata().getName())
        .withUid(job.getMetadata().getUid())
        .endOwnerReference()
        .endMetadata()
        .build();
  }

  private static boolean isSame(JobView job, String uid) {
    return job.uid().equals(uid);
  }

  private PlatformException exists(String name) {
    JobStatus.State state =
        find(name).map(job -> job.status(Instant.now()).state()).orElse(JobStatus.State.RUNNING);
    return PlatformException.jobExists(name, state);
  }

  private void requireNoneAlone(String name) {
    for (JobView job : all()) {
      if (job.isAlone() && !job.hasEnded() && !job.name().equals(name)) {
        throw PlatformException.jobIsAlone(job.name());
      }
    }
  }

  /** Waits for its end, and that all of its output can be read. */
  JobStatus await(String name, Duration longest) throws InterruptedException {
    String uid = require(name).job().getMetadata().getUid();
    Optional<JobView> ended =
        cluster.await(
            longest, () -> gone(name, uid).or(() -> find(name).filter(JobView::hasEnded)));
    if (ended.isPresent()) {
      var _ = cluster.await(KEPT, () -> find(name).filter(job -> job.output().isPresent()));
    }
    return require(name).status(Instant.now());
  }

  /** Throws when it was replaced or forgotten meanwhile. */
  private Optional<JobView> gone(String name, String uid) {
    if (find(name).filter(job -> isSame(job, uid)).isEmpty()) {
      throw new PlatformException("the job %s was replaced or removed meanwhile".formatted(name));
    }
    return Optional.empty();
  }

  /**
   * Ends it, and waits until no pod of it is left that runs and all of its output can be read; one
   * that has ended stays as it is.
   */
  JobStatus stop(JobView job, JobView.Verdict verdict) throws InterruptedException {
    end(job, verdict);
    Duration grace =
        Duration.ofSeconds(
            job.job().getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds());
    var _ = cluster.await(grace.plus(KUBELET), () -> find(job.name()).filter(now -> isStill(now)));
    var _ = cluster.await(KEPT, () -> find(job.name()).filter(now -> now.output().isPresent()));
    return require(job.name()).status(Instant.now());
  }

  private static boolean isStill(JobView job) {
    return job.hasEnded() && job.pods().stream().allMatch(PodView::isOver);
  }

  /** Begins to end it; the cluster does the rest. */
  void end(JobView job, JobView.Verdict verdict) {
    if (!job.hasEnded()) {
      edit(
          job,
          now ->
              now.editMetadata()
                  .addToAnnotations(Labels.VERDICT, JsonMapper.shared().writeValueAsString(verdict))
                  .endMetadata()
                  .editSpec()
                  // There is no other way to say so that all versions know.
                  .withActiveDeadlineSeconds(1L)
                  .endSpec());
    }
  }

  /** Notes what remains when its pods are gone. */
  void note(JobView job, long output) {
    edit(
        job,
        now -> {
          JobBuilder noted =
              now.editMetadata()
                  .addToAnnotations(Labels.OUTPUT, Long.toString(output))
                  .endMetadata();
          return job.exitCode()
              .map(code ->
                  noted
                      .editMetadata()
                      .addToAnnotations(Labels.EXIT_CODE, Integer.toString(code))
                      .endMetadata())
              .orElse(noted);
        });
  }

  private void edit(JobView job, UnaryOperator<JobBuilder> change) {
    Cluster.call("change the job " + job.name(), () -> edited(job, change, MOST_EDITS));
  }

  /** The cluster itself changes it at the same time: then once more. */
  private Job edited(JobView job, UnaryOperator<JobBuilder> change, int left) {
    try {
      return jobs().withName(job.name()).edit(now -> change.apply(now.edit()).build());
    } catch (KubernetesClientException e) {
      if (e.getCode() == 409 && left > 1) {
        return edited(job, change, left - 1);
      }
      throw e;
    }
  }

  /** Removes it with all that belongs to it, and waits until it is gone. */
  void remove(JobView job) throws InterruptedException {
    forget(job.name());
    String uid = job.uid();
    var _ =
        cluster.await(
            KUBELET,
            () ->
                find(job.name()).filter(now -> isSame(now, uid)).isEmpty()
                    ? Optional.of(true)
                    : Optional.empty());
  }

  void forget(String name) {
    Cluster.call(
        "delete the job " + name,
        () -> jobs().withName(name).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete());
  }
}
