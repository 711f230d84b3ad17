package io.pipeforce.kubernetes;

import io.pipeforce.hub.platform.PlatformUnderTest;
import io.pipeforce.hub.platform.StoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class KubernetesStoreContractTest extends StoreContract {
  @RegisterExtension private static final NamespaceOfContract NAMESPACE = new NamespaceOfContract();

  @Override
  protected PlatformUnderTest begin() {
    return NAMESPACE.begin();
  }
}
