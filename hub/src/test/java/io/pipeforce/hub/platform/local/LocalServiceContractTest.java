package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.PlatformUnderTest;
import io.pipeforce.hub.platform.ServiceContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class LocalServiceContractTest extends ServiceContract {
  @TempDir private static Path images;

  @TempDir private Path state;

  @BeforeAll
  static void makeImages() throws Exception {
    ThisMachine.makeImages(images);
  }

  @Override
  protected PlatformUnderTest begin() {
    return ThisMachine.with(images, state);
  }
}
