package io.pipeforce.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** On a cluster that knows KEDA's objects, though nothing acts on them. */
class ScalingTest extends InNewNamespace {
  private ServiceSpec service(String version, int replicas, Optional<Integer> most) {
    return new ServiceSpec(
        "busy",
        Optional.of(
            new Workload(
                cluster.base(),
                PullPolicy.IF_NOT_PRESENT,
                Map.of("VERSION", version),
                List.of("sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait"),
                List.of())),
        Optional.empty(),
        Optional.empty(),
        replicas,
        most,
        List.of());
  }

  @Test
  void without_keda_it_is_told_what_is_missing() throws Exception {
    try (Keda _ = Keda.absent(cluster.kubernetes())) {
      assertThatThrownBy(() ->
              cluster.platform().startService(service("1", 1, Optional.of(4)), Optional.empty()))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("maxReplicas needs KEDA, which this cluster does not have");
    }
  }

  @Test
  void a_new_version_keeps_the_number_of_instances_that_the_scaler_has_set() throws Exception {
    KubernetesClient admin = cluster.kubernetes();
    try (Keda _ = Keda.present(admin)) {
      cluster.platform().startService(service("1", 1, Optional.of(4)), Optional.empty());
      assertThat(scaledObject().<Integer>get("spec", "maxReplicaCount")).isEqualTo(4);
      assertThat(scaledObject().<Integer>get("spec", "minReplicaCount")).isEqualTo(1);
      // As KEDA's autoscaler does it.
      deployments().scale(3);

      cluster.platform().startService(service("2", 1, Optional.of(4)), Optional.empty());

      assertThat(deployment().getSpec().getReplicas()).isEqualTo(3);
      assertThat(cluster.platform().service("busy").orElseThrow().ready()).isEqualTo(3);

      cluster.platform().startService(service("2", 2, Optional.empty()), Optional.empty());

      assertThat(deployment().getSpec().getReplicas()).isEqualTo(2);
      assertThat(scaledObject()).isNull();
    }
  }

  private RollableScalableResource<Deployment> deployments() {
    return cluster
        .kubernetes()
        .apps()
        .deployments()
        .inNamespace(cluster.namespace())
        .withName("busy");
  }

  private Deployment deployment() {
    return deployments().get();
  }

  private GenericKubernetesResource scaledObject() {
    return cluster
        .kubernetes()
        .genericKubernetesResources(Scaling.API, Scaling.KIND)
        .inNamespace(cluster.namespace())
        .withName("busy")
        .get();
  }
}
