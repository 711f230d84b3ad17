package io.pipeforce.kubernetes;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A cluster that knows KEDA's objects. */
record Keda(KubernetesClient admin) implements AutoCloseable {
  static Keda on(KubernetesClient admin) throws IOException {
    for (HasMetadata definition : definitions(admin)) {
      admin.resource(definition).createOr(there -> there.update());
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> admin.supports(Scaling.API, Scaling.KIND));
    return new Keda(admin);
  }

  private static List<HasMetadata> definitions(KubernetesClient admin) throws IOException {
    try (InputStream in = Keda.class.getResourceAsStream("/keda.yaml")) {
      return admin.load(Objects.requireNonNull(in)).items();
    }
  }

  @Override
  public void close() throws IOException {
    definitions(admin).forEach(definition -> admin.resource(definition).delete());
    await().atMost(Duration.ofSeconds(60)).until(() -> !admin.supports(Scaling.API, Scaling.KIND));
  }
}
