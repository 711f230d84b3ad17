package io.pipeforce.kubernetes;

import io.pipeforce.hub.platform.PlatformUnderTest;
import io.pipeforce.hub.platform.StoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class KubernetesStoreContractTest extends StoreContract {

  private static OnCluster cluster;

  @BeforeAll
  static void makeNamespace() {
    cluster = OnCluster.inNewNamespace();
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
