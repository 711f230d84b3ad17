package io.pipeforce.kubernetes;

import io.pipeforce.hub.platform.JobContract;
import io.pipeforce.hub.platform.PlatformUnderTest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class KubernetesJobContractTest extends JobContract {
  @TempDir private static Path images;

  private static OnCluster cluster;

  @BeforeAll
  static void makeNamespace() throws Exception {
    cluster = OnCluster.withImages(images);
  }

  @AfterAll
  static void deleteNamespace() {
    if (cluster != null) {
      cluster.end();
    }
  }

  @Override
  protected PlatformUnderTest begin() {
    cluster.start();
    return cluster;
  }
}
