package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.Surroundings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a job is in the cluster.
 *
 * @param variables of its pod
 * @param job run once, and kept after its end
 */
record JobObjects(Secret variables, Job job) {
  private static final Duration GRACE = Duration.ofSeconds(5);

  static JobObjects of(
      JobSpec spec,
      boolean alone,
      PodImage image,
      Optional<String> pullSecret,
      Surroundings surroundings) {
    Map<String, String> environment = new LinkedHashMap<>(surroundings.environment(spec.name()));
    environment.put("PIPEFORCE_HEALTH_PORT", "0");
    environment.putAll(spec.workload().env());
    Map<String, String> labels = Labels.ofJob(spec.name());
    Secret variables = PodTemplate.variables(spec.name() + "-job", labels, environment);
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
                pullSecret)
            .withRestartPolicy("Never")
            .withTerminationGracePeriodSeconds(
                image.labels().longestHandler().plus(GRACE).plusMillis(999).toSeconds())
            .build();
    JobSpec told = new JobSpec(spec.name(), ServiceObjects.withoutValues(spec.workload()));
    return new JobObjects(
        variables,
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
}
