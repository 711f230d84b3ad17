package io.pipeforce.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pipeforce.hub.platform.ImageLabels;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.Surroundings;
import io.pipeforce.hub.platform.Workload;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceObjectsTest {
  private static final Surroundings SURROUNDINGS =
      new Surroundings(
          "shops",
          "amqp://user:broker-password@rabbitmq:5672",
          URI.create("http://127.0.0.1:15672"),
          "pipeforce.topic.default",
          () -> URI.create("http://hub.shops.svc.cluster.local"),
          "the secret of the hub");
  private static final PodImage IMAGE =
      new PodImage(
          "registry.example.org/shop:1@sha256:0",
          Optional.of("sha256:0"),
          new ImageLabels(
              Optional.of(8090), Duration.ofSeconds(40), 300L << 20, Duration.ofHours(1)),
          10_001);

  private static ServiceSpec spec(Map<String, String> env, List<String> volumes) {
    return new ServiceSpec(
        "shop",
        Optional.of(
            new Workload("shop:1", PullPolicy.ALWAYS, env, List.of("./run me"), List.of("now"))),
        Optional.of(8080),
        Optional.of("web"),
        2,
        volumes);
  }

  private static ServiceObjects objects(ServiceSpec spec) {
    return ServiceObjects.of(
        spec,
        spec.workload().orElseThrow(),
        IMAGE,
        Optional.of("login"),
        SURROUNDINGS,
        "example.org");
  }

  private static PodSpec pod(ServiceObjects objects) {
    return objects.deployment().orElseThrow().getSpec().getTemplate().getSpec();
  }

  @Test
  void a_pod_may_do_nothing_that_a_service_needs_not() {
    PodSpec pod = pod(objects(spec(Map.of(), List.of())));
    Container container = pod.getContainers().getFirst();

    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10_001);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
  }

  @Test
  void probes_grace_and_memory_are_what_the_image_says() {
    PodSpec pod = pod(objects(spec(Map.of(), List.of())));
    Container container = pod.getContainers().getFirst();

    assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/health/ready");
    assertThat(container.getReadinessProbe().getHttpGet().getPort().getIntVal()).isEqualTo(8090);
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/health/live");
    // The longest handler, 5 s to close, 2 s until no more requests come.
    assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(50);
    assertThat(container.getResources().getLimits().get("memory").getNumericalAmount())
        .isEqualByComparingTo(Long.toString(300L << 20));
    assertThat(pod.getImagePullSecrets()).extracting(each -> each.getName()).contains("login");
    assertThat(container.getCommand()).containsExactly("/bin/sh", "-c", "./run me");
  }

  @Test
  void no_object_but_the_secret_has_the_value_of_a_variable() {
    ServiceObjects objects = objects(spec(Map.of("TOKEN", "open-sesame"), List.of()));

    String others =
        Serialization.asYaml(objects.deployment().orElseThrow())
            + Serialization.asYaml(objects.record())
            + Serialization.asYaml(objects.service().orElseThrow());
    assertThat(others)
        .contains("TOKEN")
        .doesNotContain("open-sesame", "broker-password", "the secret of the hub");
    assertThat(objects.variables().orElseThrow().getData())
        .containsEntry("TOKEN", PodTemplate.base64("open-sesame"));
  }

  @Test
  void the_same_is_the_same_version_and_another_variable_another() {
    ServiceObjects one = objects(spec(Map.of("COLOUR", "blue", "SIZE", "1"), List.of()));
    ServiceObjects same = objects(spec(Map.of("SIZE", "1", "COLOUR", "blue"), List.of()));
    ServiceObjects other = objects(spec(Map.of("COLOUR", "red", "SIZE", "1"), List.of()));

    assertThat(one.version()).isEqualTo(same.version()).isNotEqualTo(other.version());
    assertThat(one.variables().orElseThrow().getMetadata().getName())
        .isNotEqualTo(other.variables().orElseThrow().getMetadata().getName());
  }

  @Test
  void an_ingress_is_named_after_its_label_and_leads_to_the_service() {
    Ingress ingress = objects(spec(Map.of(), List.of())).ingress().orElseThrow();

    assertThat(ingress.getMetadata().getName()).isEqualTo("web");
    assertThat(ingress.getSpec().getRules().getFirst().getHost())
        .isEqualTo("web-shops.example.org");
    assertThat(
            ingress
                .getSpec()
                .getRules()
                .getFirst()
                .getHttp()
                .getPaths()
                .getFirst()
                .getBackend()
                .getService()
                .getName())
        .isEqualTo("shop");
  }

  @Test
  void a_volume_is_a_claim_that_one_version_has_to_let_go_of() {
    ServiceObjects objects = objects(spec(Map.of(), List.of("/app/data")));
    Deployment deployment = objects.deployment().orElseThrow();

    assertThat(objects.claims()).hasSize(1);
    assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("Recreate");
    assertThat(pod(objects).getContainers().getFirst().getVolumeMounts())
        .anyMatch(mount -> mount.getMountPath().equals("/app/data"));
    assertThat(
            objects(spec(Map.of(), List.of()))
                .deployment()
                .orElseThrow()
                .getSpec()
                .getStrategy()
                .getRollingUpdate()
                .getMaxUnavailable()
                .getIntVal())
        .isZero();
  }

  @Test
  void what_scales_by_queues_begins_with_the_pods_that_are_there() {
    ServiceSpec spec = spec(Map.of(), List.of());
    ServiceSpec scaled =
        new ServiceSpec(
            spec.name(),
            spec.workload(),
            spec.port(),
            spec.ingress(),
            2,
            Optional.of(9),
            List.of());
    Scaling scaling =
        Scaling.of(
            scaled, 9, "pipeforce.service.shop", URI.create("http://u:p@rabbitmq:15672/%2F"));
    ServiceObjects objects = objects(scaled);

    assertThat(replicas(objects.scaled(scaled, scaling, Optional.of(7)))).isEqualTo(7);
    assertThat(replicas(objects.scaled(scaled, scaling, Optional.of(1)))).isEqualTo(2);
    assertThat(replicas(objects.scaled(scaled, scaling, Optional.of(20)))).isEqualTo(9);
    assertThat(replicas(objects.scaled(scaled, scaling, Optional.empty()))).isEqualTo(2);
    assertThat(scaling.scaledObject().<Integer>get("spec", "minReplicaCount")).isEqualTo(2);
    assertThat(scaling.scaledObject().<Integer>get("spec", "maxReplicaCount")).isEqualTo(9);
    assertThat(scaling.scaledObject().<String>get("spec", "triggers", 0, "metadata", "queueName"))
        .isEqualTo("^pipeforce\\.service\\.shop\\.");
    assertThat(Serialization.asYaml(scaling.scaledObject())).doesNotContain("u:p@");
  }

  private static int replicas(ServiceObjects objects) {
    return objects.deployment().orElseThrow().getSpec().getReplicas();
  }
}
