package io.pipeforce.kubernetes;

import io.pipeforce.hub.platform.PlatformUnderTest;
import io.pipeforce.hub.platform.ServiceContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class KubernetesServiceContractTest extends ServiceContract {
  @RegisterExtension private static final NamespaceOfContract NAMESPACE = new NamespaceOfContract();

  @Override
  protected PlatformUnderTest begin() {
    return NAMESPACE.begin();
  }
}
