package io.pipeforce.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.SampleImage;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is told while one still waits for the answer. */
class WhyNotReadyTest extends InNewNamespace {
  /** Seconds on a quiet machine; a kubelet that has much to do takes its time. */
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir private Path folder;

  private void assertTold(String image, String why) {
    Instant begun = Instant.now();
    ServiceSpec spec =
        new ServiceSpec(
            "shop",
            Optional.of(
                new Workload(
                    image,
                    PullPolicy.IF_NOT_PRESENT,
                    Map.of(),
                    List.of("sh", "-c", "sleep 1000"),
                    List.of())),
            Optional.empty(),
            Optional.empty(),
            1,
            List.of());

    assertThatThrownBy(() -> cluster.platform().startService(spec, Optional.empty()))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("service shop does not start")
        .hasMessageContaining(why);
    assertThat(Duration.between(begun, Instant.now())).isLessThan(SOON);
  }

  @Test
  void an_image_that_no_node_can_pull() {
    assertTold(
        cluster.base().replaceFirst("/library.*", "/nowhere:1"), "its image cannot be pulled");
  }

  @Test
  void a_pod_that_no_node_has_room_for() throws Exception {
    String image = cluster.base().replaceFirst("/library.*", "/" + cluster.namespace() + "/large");
    SampleImage.in(folder).label("memory", Long.toString(1L << 45)).push(cluster.base(), image);

    assertTold(image, "no node takes it: ");
  }

  @Test
  void a_quota_that_lets_no_pod_in() {
    cluster
        .kubernetes()
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withName("none")
                .endMetadata()
                .withNewSpec()
                .addToHard("pods", new Quantity("0"))
                .endSpec()
                .build())
        .inNamespace(cluster.namespace())
        .create();

    assertTold(cluster.base(), "exceeded quota");
  }

  @Test
  void a_deployment_that_is_somebody_elses() {
    Deployment theirs =
        new DeploymentBuilder()
            .withNewMetadata()
            .withName("shop")
            .endMetadata()
            .withNewSpec()
            .withReplicas(0)
            .withNewSelector()
            .addToMatchLabels("app", "theirs")
            .endSelector()
            .withNewTemplate()
            .withNewMetadata()
            .addToLabels("app", "theirs")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("main")
            .withImage("nowhere")
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    cluster.kubernetes().resource(theirs).inNamespace(cluster.namespace()).create();

    assertThatThrownBy(() -> cluster.platform().startService(slot(), Optional.empty()))
        .hasMessage(
            "there is a Deployment shop already which is none of ours; choose another name");
    assertThat(cluster.platform().services()).isEmpty();
  }

  private static ServiceSpec slot() {
    return new ServiceSpec(
        "shop", Optional.empty(), Optional.empty(), Optional.empty(), 1, List.of());
  }
}
