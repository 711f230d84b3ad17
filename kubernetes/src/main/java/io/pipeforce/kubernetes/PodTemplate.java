package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pipeforce.hub.platform.Workload;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What pods of services and of jobs have in common: one container that may do very little. */
final class PodTemplate {
  /** The name of the only container. */
  static final String CONTAINER = "main";

  private static final String CPU = "50m";

  private PodTemplate() {}

  /**
   * All variables in a Secret: any of them may be one. Its name tells its content, so that pods of
   * the version before keep theirs.
   */
  static Secret variables(
      String name, Map<String, String> labels, Map<String, String> environment) {
    Map<String, String> sorted = new TreeMap<>(environment);
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name + "-env-" + Fingerprint.of(sorted.toString()))
        .withLabels(labels)
        .endMetadata()
        .withType("Opaque")
        .withImmutable(true)
        .withData(
            sorted.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, each -> PodTemplate.base64(each.getValue()))))
        .build();
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static List<EnvVar> references(Collection<String> names, String secret) {
    return names.stream()
        .sorted()
        .map(name ->
            new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewSecretKeyRef(name, secret, false)
                .endValueFrom()
                .build())
        .toList();
  }

  static ContainerBuilder container(
      PodImage image, Workload workload, List<EnvVar> variables, boolean readOnly) {
    Quantity memory = new Quantity(Long.toString(image.labels().memory()));
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(image.reference())
        .withImagePullPolicy(workload.pullPolicy().toString())
        .withCommand(workload.commandWords())
        .withArgs(workload.args())
        .withEnv(variables)
        .withNewResources()
        .addToRequests("cpu", new Quantity(CPU))
        .addToRequests("memory", memory)
        // None of CPU: a JVM that is held back at its start is not ready for long.
        .addToLimits("memory", memory)
        .endResources()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(readOnly)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .addNewVolumeMount()
        .withName("tmp")
        .withMountPath("/tmp")
        .endVolumeMount();
  }

  static PodSpecBuilder pod(PodImage image, Container container, Optional<String> pullSecret) {
    PodSpecBuilder pod =
        new PodSpecBuilder()
            .withContainers(container)
            .withAutomountServiceAccountToken(false)
            .withEnableServiceLinks(false)
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withRunAsUser(image.user())
            .withRunAsGroup(image.user())
            // What is in a volume belongs to it.
            .withFsGroup(image.user())
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .addNewVolume()
            .withName("tmp")
            .withNewEmptyDir()
            .endEmptyDir()
            .endVolume();
    pullSecret.ifPresent(name -> pod.addNewImagePullSecret(name));
    return pod;
  }

  /** Which version a pod of this template is of. */
  static String version(PodSpec pod) {
    return Fingerprint.of(Serialization.asJson(pod));
  }
}
