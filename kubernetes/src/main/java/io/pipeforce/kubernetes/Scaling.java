package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.pipeforce.hub.platform.ServiceSpec;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * Lets KEDA set the number of pods by what waits in the queues of a service, all of its handlers
 * together. Fields as in KEDA's <a
 * href="https://keda.sh/docs/latest/scalers/rabbitmq-queue/">scaler for RabbitMQ</a>; looking at
 * several queues takes RabbitMQ's management API.
 *
 * @param login for that API
 * @param authentication tells KEDA where the login is
 * @param scaledObject what is scaled, and by what
 */
record Scaling(
    Secret login,
    GenericKubernetesResource authentication,
    GenericKubernetesResource scaledObject) {
  static final String API = "keda.sh/v1alpha1";
  static final String KIND = "ScaledObject";

  /** As many messages may wait for each pod before there is another one. */
  private static final int MESSAGES_OF_ONE = 100;

  private static final String HOST = "host";

  /**
   * @param most pods
   * @param prefix of the names of its queues
   * @param management URL of the management API, with login and virtual host
   */
  static Scaling of(ServiceSpec spec, int most, String prefix, URI management) {
    Map<String, String> labels = Labels.ofService(spec.name());
    String name = spec.name() + "-scaling";
    Secret login =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withLabels(labels)
            .endMetadata()
            .withType("pipeforce.io/scaling")
            .addToData(HOST, PodTemplate.base64(management.toString()))
            .build();
    return new Scaling(
        login,
        resource(
            "TriggerAuthentication",
            name,
            labels,
            Map.of(
                "secretTargetRef", List.of(Map.of("parameter", HOST, "name", name, "key", HOST)))),
        resource(
            KIND,
            spec.name(),
            labels,
            Map.of(
                "scaleTargetRef",
                Map.of("name", spec.name()),
                "minReplicaCount",
                spec.replicas(),
                "maxReplicaCount",
                most,
                "triggers",
                List.of(
                    Map.of(
                        "type",
                        "rabbitmq",
                        "metadata",
                        Map.of(
                            "protocol",
                            "http",
                            "mode",
                            "QueueLength",
                            "value",
                            Integer.toString(MESSAGES_OF_ONE),
                            "queueName",
                            "^" + prefix.replace(".", "\\.") + "\\.",
                            "useRegex",
                            "true",
                            "operation",
                            "sum"),
                        "authenticationRef",
                        Map.of("name", name))))));
  }

  private static GenericKubernetesResource resource(
      String kind, String name, Map<String, String> labels, Map<String, Object> spec) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(API)
        .withKind(kind)
        .withNewMetadata()
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .addToAdditionalProperties("spec", spec)
        .build();
  }
}
