package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.ServiceSpec;
import java.util.Optional;

/**
 * A service as it is wanted, and kept in a file.
 *
 * @param number counts what was asked for
 * @param image empty when only the service's place is kept
 */
record Version(long number, ServiceSpec spec, Optional<LocalImage> image) {
  int replicas() {
    return image.isEmpty() ? 0 : spec.replicas();
  }

  /** Whether instances of this one are as good as those of the other. */
  boolean runsTheSame(Version other) {
    return image.map(LocalImage::digest).equals(other.image.map(LocalImage::digest))
        && spec.workload().equals(other.spec.workload())
        && spec.port().equals(other.spec.port())
        && spec.volumes().equals(other.spec.volumes());
  }
}
