package io.pipeforce.kubernetes;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Whether the cluster knows KEDA's objects, which is the same for all its namespaces: as long as
 * this is open, no other test of this module changes it.
 */
record Keda(KubernetesClient admin, FileChannel lock) implements AutoCloseable {
  static Keda present(KubernetesClient admin) throws IOException {
    Keda keda = absent(admin);
    for (HasMetadata definition : definitions(admin)) {
      admin.resource(definition).createOr(there -> there.update());
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> admin.supports(Scaling.API, Scaling.KIND));
    return keda;
  }

  static Keda absent(KubernetesClient admin) throws IOException {
    FileChannel lock =
        FileChannel.open(
            Path.of("target", "keda.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    // Released when the channel is closed.
    Objects.requireNonNull(lock.lock());
    return new Keda(admin, lock);
  }

  private static List<HasMetadata> definitions(KubernetesClient admin) throws IOException {
    try (InputStream in = Keda.class.getResourceAsStream("/keda.yaml")) {
      return admin.load(Objects.requireNonNull(in)).items();
    }
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      definitions(admin).forEach(definition -> admin.resource(definition).delete());
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !admin.supports(Scaling.API, Scaling.KIND));
    }
  }
}
