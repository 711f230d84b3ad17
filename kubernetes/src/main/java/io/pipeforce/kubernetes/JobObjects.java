package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.Surroundings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a job is in the cluster.
 *
 * @param secrets with the variables of its pod, and a login for its image
 * @param job run once, and kept after its end
 */
record JobObjects(List<Secret> secrets, Job job) {
  private static final Duration GRACE = Duration.ofSeconds(5);

  /**
   * @param run tells this job from those that had its name before
   */
  static JobObjects of(
      JobSpec spec,
      boolean alone,
      PodImage image,
      Optional<Pull> pull,
      Surroundings surroundings,
      String run) {
    Map<String, String> environment = new LinkedHashMap<>(surroundings.environment(spec.name()));
    environment.put("PIPEFORCE_HEALTH_PORT", "0");
    environment.putAll(spec.workload().env());
    Map<String, String> labels = Labels.ofJob(spec.name());
    Secret variables = PodTemplate.variables(secretName(spec.name(), run), labels, environment);
    PodSpec pod =
        PodTemplate.pod(
                image,
                PodTemplate.container(
                        image,
                        spec.workload(),
                        PodTemplate.references(
                            environment.keySet(), variables.getMetadata().getName()),
                        // Tests write their reports beside what they test.
                        false)
                    .build(),
                pull.map(Pull::secret))
            .withRestartPolicy("Never")
            .withTerminationGracePeriodSeconds(
                image.labels().longestHandler().plus(GRACE).plusMillis(999).toSeconds())
            .build();
    JobSpec told = new JobSpec(spec.name(), ServiceObjects.withoutValues(spec.workload()));
    return new JobObjects(
        Stream.concat(Stream.of(variables), pull.flatMap(Pull::made).stream()).toList(),
        new JobBuilder()
            .withNewMetadata()
            .withName(spec.name())
            .withLabels(labels)
            .addToAnnotations(Labels.SPEC, JsonMapper.shared().writeValueAsString(told))
            .addToAnnotations(Labels.ALONE, Boolean.toString(alone))
            .endMetadata()
            .withNewSpec()
            .withBackoffLimit(0)
            .withParallelism(1)
            .withCompletions(1)
            // A pod that is taken away counts as failed, where Kubernetes knows this (1.29).
            .withPodReplacementPolicy("Failed")
            .withActiveDeadlineSeconds(image.labels().longestJob().plusMillis(999).toSeconds())
            .withNewTemplate()
            .withNewMetadata()
            .withLabels(labels)
            .endMetadata()
            .withSpec(pod)
            .endTemplate()
            .endSpec()
            .build());
  }

  /** No two jobs share one: what is left of the one before goes later. */
  static String secretName(String job, String run) {
    return job + "-job-" + run;
  }
}
