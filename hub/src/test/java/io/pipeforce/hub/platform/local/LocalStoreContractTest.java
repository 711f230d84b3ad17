package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.PlatformUnderTest;
import io.pipeforce.hub.platform.StoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalStoreContractTest extends StoreContract {
  @TempDir private static Path images;

  @TempDir private Path state;

  @Override
  protected PlatformUnderTest begin() {
    return ThisMachine.with(images, state);
  }
}
