package io.pipeforce.kubernetes;

import io.pipeforce.test.internal.RealParts;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Each test has a namespace of its own on the real cluster, and a platform in it. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
abstract class InNewNamespace {
  OnCluster cluster;

  @BeforeAll
  static void look() {
    RealParts.here().assume(RealParts.KUBERNETES);
    RealParts.here().assume(RealParts.CONTAINERS);
  }

  @BeforeEach
  void start() {
    cluster = OnCluster.inNewNamespace();
    cluster.start();
  }

  @AfterEach
  void stop() {
    cluster.close();
    cluster.end();
  }
}
