package io.pipeforce.kubernetes;

import java.nio.file.Files;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A namespace for all tests of a contract, with its images in the registry. */
final class NamespaceOfContract implements BeforeAllCallback, AfterAllCallback {
  private OnCluster cluster;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    cluster = OnCluster.withImages(Files.createTempDirectory("contract-images"));
  }

  OnCluster begin() {
    cluster.start();
    return cluster;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (cluster != null) {
      cluster.end();
    }
  }
}
