package io.pipeforce.kubernetes;

import io.pipeforce.hub.platform.JobContract;
import io.pipeforce.hub.platform.PlatformUnderTest;
import org.junit.jupiter.api.extension.RegisterExtension;

class KubernetesJobContractTest extends JobContract {
  @RegisterExtension private static final NamespaceOfContract NAMESPACE = new NamespaceOfContract();

  @Override
  protected PlatformUnderTest begin() {
    return NAMESPACE.begin();
  }
}
